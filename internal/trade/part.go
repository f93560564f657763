package trade

// The parts of the nouns, in the order of the fields of
// mappings/documents/parts.schema.json.

// Reference is a number the parties know something by.
type Reference struct {
	Type        string `json:"type"`
	ID          string `json:"id,omitempty"`
	Line        string `json:"line,omitempty"` // of the document referred to
	Description string `json:"description,omitempty"`
	Date        Date   `json:"date,omitzero"`
}

// Dated is a day with its meaning.
type Dated struct {
	Type     string `json:"type"`
	Date     Date   `json:"date"`
	TimeType string `json:"timeType,omitempty"`
	Time     string `json:"time,omitempty"`
	Zone     string `json:"zone,omitempty"` // X12 element 623 code
	End      Date   `json:"end,omitzero"`   // the last day, where it is a span
}

// Contact is how to reach somebody who answers for the document.
type Contact struct {
	Role   string          `json:"role,omitempty"`
	Name   string          `json:"name,omitempty"`
	ID     string          `json:"id,omitempty"`
	Phone  string          `json:"phone,omitempty"`
	Fax    string          `json:"fax,omitempty"`
	Email  string          `json:"email,omitempty"`
	Others []ContactNumber `json:"others,omitempty"`
}

// Party is a firm or a place with its role in the document.
type Party struct {
	Role          string          `json:"role"`
	Name          string          `json:"name,omitempty"`
	MoreNames     []string        `json:"moreNames,omitempty"`
	IDType        string          `json:"idType,omitempty"`
	ID            string          `json:"id,omitempty"`
	Street        []string        `json:"street,omitempty"`
	City          string          `json:"city,omitempty"`
	Region        string          `json:"region,omitempty"`
	PostalCode    string          `json:"postalCode,omitempty"`
	Country       string          `json:"country,omitempty"`
	PlaceType     string          `json:"placeType,omitempty"` // X12 element 309 code
	Place         string          `json:"place,omitempty"`
	References    []Reference     `json:"references,omitempty"`
	Contacts      []Contact       `json:"contacts,omitempty"`
	Locations     []Location      `json:"locations,omitempty"`
	Dates         []Dated         `json:"dates,omitempty"`
	Quantities    []Quantified    `json:"quantities,omitempty"`
	Schedules     []Schedule      `json:"schedules,omitempty"`
	DeliveryTerms []DeliveryTerms `json:"deliveryTerms,omitempty"`
	Shipping      []Shipping      `json:"shipping,omitempty"`
	Accounts      []Account       `json:"accounts,omitempty"`
}

// DeliveryTerms is who bears the carriage, and up to where.
type DeliveryTerms struct {
	Function    string `json:"function,omitempty"`
	Payment     string `json:"payment,omitempty"`
	PlaceType   string `json:"placeType,omitempty"`
	PlaceIDType string `json:"placeIdType,omitempty"`
	PlaceID     string `json:"placeId,omitempty"`
	Place       string `json:"place,omitempty"`
	Terms       string `json:"terms,omitempty"` // such as an Incoterm
	TermsType   string `json:"termsType,omitempty"`
	TitleType   string `json:"titleType,omitempty"`
	Title       string `json:"title,omitempty"`
	Description string `json:"description,omitempty"`
}

// Terms is when and how the buyer pays.
type Terms struct {
	Type            string   `json:"type,omitempty"`
	Basis           string   `json:"basis,omitempty"`
	StartDate       Date     `json:"startDate,omitzero"`
	DueDateType     string   `json:"dueDateType,omitempty"` // X12 element 283 code
	DiscountPercent *Decimal `json:"discountPercent,omitempty"`
	DiscountDate    Date     `json:"discountDate,omitzero"`
	DiscountDays    string   `json:"discountDays,omitempty"`
	DiscountAmount  *Decimal `json:"discountAmount,omitempty"`
	Discountable    *Decimal `json:"discountable,omitempty"` // what the discount is reckoned from
	Discounted      *Decimal `json:"discounted,omitempty"`   // what is due with the discount
	NetDate         Date     `json:"netDate,omitzero"`
	NetDays         string   `json:"netDays,omitempty"`
	DeferredDate    Date     `json:"deferredDate,omitzero"`
	DeferredAmount  *Decimal `json:"deferredAmount,omitempty"`
	PercentPayable  *Decimal `json:"percentPayable,omitempty"`
	Instalment      *Decimal `json:"instalment,omitempty"`
	DayOfMonth      string   `json:"dayOfMonth,omitempty"`
	Method          string   `json:"method,omitempty"` // X12 element 107 code
	Description     string   `json:"description,omitempty"`
}

// Shipping is how the goods are to travel.
type Shipping struct {
	Sequence         string     `json:"sequence,omitempty"` // X12 element 133 code
	Number           string     `json:"number,omitempty"`   // of the voyage or conveyance
	CarrierType      string     `json:"carrierType,omitempty"`
	Carrier          string     `json:"carrier,omitempty"`
	Method           string     `json:"method,omitempty"`
	Routing          string     `json:"routing,omitempty"`
	Status           string     `json:"status,omitempty"` // X12 element 368 code
	TransitTime      string     `json:"transitTime,omitempty"`
	TransitTimeType  string     `json:"transitTimeType,omitempty"`
	Service          string     `json:"service,omitempty"` // X12 element 284 code
	EquipmentInitial string     `json:"equipmentInitial,omitempty"`
	EquipmentNumber  string     `json:"equipmentNumber,omitempty"`
	ReferenceType    string     `json:"referenceType,omitempty"`
	Reference        string     `json:"reference,omitempty"`
	Vehicle          string     `json:"vehicle,omitempty"`
	Locations        []Location `json:"locations,omitempty"`
	Dates            []Dated    `json:"dates,omitempty"`
	States           []State    `json:"states,omitempty"`
}

// Equipment is what the goods travel in.
type Equipment struct {
	Type       string   `json:"type,omitempty"` // X12 element 40 code
	Initial    string   `json:"initial,omitempty"`
	Number     string   `json:"number,omitempty"`
	WeightType string   `json:"weightType,omitempty"`
	Weight     *Decimal `json:"weight,omitempty"`
	WeightUnit string   `json:"weightUnit,omitempty"`
	Ownership  string   `json:"ownership,omitempty"`
	Seal       string   `json:"seal,omitempty"`
}

// Packaging is how many packages of one kind there are.
type Packaging struct {
	Type        string       `json:"type,omitempty"` // X12 element 103 code
	Count       *Decimal     `json:"count,omitempty"`
	Goods       string       `json:"goods,omitempty"`
	Description string       `json:"description,omitempty"`
	WeightType  string       `json:"weightType,omitempty"`
	Weight      *Decimal     `json:"weight,omitempty"`
	WeightUnit  string       `json:"weightUnit,omitempty"`
	Volume      *Decimal     `json:"volume,omitempty"`
	VolumeUnit  string       `json:"volumeUnit,omitempty"`
	Measures    []Measure    `json:"measures,omitempty"`
	Quantities  []Quantified `json:"quantities,omitempty"`
	Marks       []Mark       `json:"marks,omitempty"` // such as its SSCC
	Markings    []Marking    `json:"markings,omitempty"`
}

// Pack is how an item is packed.
type Pack struct {
	Packages       string       `json:"packages,omitempty"` // outer packs
	Count          string       `json:"count,omitempty"`    // inner packs in an outer one
	Inner          string       `json:"inner,omitempty"`    // eaches in an inner one
	Size           string       `json:"size,omitempty"`
	Unit           string       `json:"unit,omitempty"`
	Packaging      string       `json:"packaging,omitempty"` // X12 element 103 code, or EDIFACT 7065
	Color          string       `json:"color,omitempty"`
	WeightType     string       `json:"weightType,omitempty"`
	Weight         *Decimal     `json:"weight,omitempty"`
	WeightUnit     string       `json:"weightUnit,omitempty"`
	UnitWeight     *Decimal     `json:"unitWeight,omitempty"` // of one
	UnitWeightUnit string       `json:"unitWeightUnit,omitempty"`
	Volume         *Decimal     `json:"volume,omitempty"`
	VolumeUnit     string       `json:"volumeUnit,omitempty"`
	Length         *Decimal     `json:"length,omitempty"`
	Width          *Decimal     `json:"width,omitempty"`
	Height         *Decimal     `json:"height,omitempty"`
	DimensionUnit  string       `json:"dimensionUnit,omitempty"`
	Layers         string       `json:"layers,omitempty"`
	PacksPerLayer  string       `json:"packsPerLayer,omitempty"`
	Differences    []Difference `json:"differences,omitempty"`
	Markings       []Marking    `json:"markings,omitempty"`
	Marks          []Mark       `json:"marks,omitempty"`
}

// Requirement is what the buyer wants kept to, such as no back orders.
type Requirement struct {
	Type         string   `json:"type,omitempty"`
	Action       string   `json:"action,omitempty"` // X12 element 306 code
	Amount       *Decimal `json:"amount,omitempty"`
	Account      string   `json:"account,omitempty"`
	Date         Date     `json:"date,omitzero"`
	Agency       string   `json:"agency,omitempty"`
	Service      string   `json:"service,omitempty"`
	Substitution string   `json:"substitution,omitempty"`
	Items        []ItemID `json:"items,omitempty"` // of a substitute
}

// Restriction is a bound on what may be sent.
type Restriction struct {
	Type         string   `json:"type"` // X12 element 688 code
	Description  string   `json:"description,omitempty"`
	QuantityType string   `json:"quantityType,omitempty"`
	Quantity     *Decimal `json:"quantity,omitempty"`
	AmountType   string   `json:"amountType,omitempty"`
	Amount       *Decimal `json:"amount,omitempty"`
}

// Handling is how goods are to be handled.
type Handling struct {
	Code        string `json:"code,omitempty"` // X12 element 152 code
	HazardType  string `json:"hazardType,omitempty"`
	Hazard      string `json:"hazard,omitempty"`
	Description string `json:"description,omitempty"`
}

// Packing is how goods are to be packed.
type Packing struct {
	Format      string `json:"format,omitempty"`
	Type        string `json:"type,omitempty"` // X12 element 753 code
	Agency      string `json:"agency,omitempty"`
	Code        string `json:"code,omitempty"`
	Description string `json:"description,omitempty"`
	LoadType    string `json:"loadType,omitempty"`
}

// Mark is what stands on a package.
type Mark struct {
	Type string `json:"type"`
	ID   string `json:"id"`
	To   string `json:"to,omitempty"` // the last of a range
}

// Measure is a measured property.
type Measure struct {
	Type      string   `json:"type,omitempty"`
	Dimension string   `json:"dimension,omitempty"`
	Value     *Decimal `json:"value,omitempty"`
	Unit      string   `json:"unit,omitempty"`
	Least     *Decimal `json:"least,omitempty"`
	Most      *Decimal `json:"most,omitempty"`
}

// Tax is a tax that applies, or the number of one who pays none.
type Tax struct {
	Type         string   `json:"type,omitempty"`
	ID           string   `json:"id,omitempty"`
	Amount       *Decimal `json:"amount,omitempty"`
	Percent      *Decimal `json:"percent,omitempty"`
	Base         *Decimal `json:"base,omitempty"`
	Category     string   `json:"category,omitempty"`
	Exempt       string   `json:"exempt,omitempty"`
	PlaceType    string   `json:"placeType,omitempty"` // X12 element 309 or 955 code
	Place        string   `json:"place,omitempty"`
	Relationship string   `json:"relationship,omitempty"`
	Description  string   `json:"description,omitempty"`
	Amounts      []Amount `json:"amounts,omitempty"`
}

// Charge is an allowance or a charge beside the prices.
type Charge struct {
	Kind         string   `json:"kind"`
	Code         string   `json:"code,omitempty"`
	Agency       string   `json:"agency,omitempty"` // X12 element 559 code
	AgencyCode   string   `json:"agencyCode,omitempty"`
	Amount       *Decimal `json:"amount,omitempty"`
	PercentBasis string   `json:"percentBasis,omitempty"`
	Percent      *Decimal `json:"percent,omitempty"`
	Rate         *Decimal `json:"rate,omitempty"`
	RateQuantity *Decimal `json:"rateQuantity,omitempty"`
	Unit         string   `json:"unit,omitempty"`
	Quantity     *Decimal `json:"quantity,omitempty"`
	UpTo         *Decimal `json:"upTo,omitempty"` // the quantity it ends at
	Handling     string   `json:"handling,omitempty"`
	Reference    string   `json:"reference,omitempty"`
	Option       string   `json:"option,omitempty"`
	Sequence     string   `json:"sequence,omitempty"`
	Description  string   `json:"description,omitempty"`
	Language     string   `json:"language,omitempty"`
	Base         *Decimal `json:"base,omitempty"` // what the percentage is of
	Taxes        []Tax    `json:"taxes,omitempty"`
}

// Carriage is by whom and how a load is carried.
type Carriage struct {
	Method           string   `json:"method,omitempty"`
	Carrier          string   `json:"carrier,omitempty"`
	Routing          string   `json:"routing,omitempty"`
	Payment          string   `json:"payment,omitempty"`
	PlaceType        string   `json:"placeType,omitempty"` // X12 element 433 code
	Place            string   `json:"place,omitempty"`
	PalletExchange   string   `json:"palletExchange,omitempty"`
	UnitLoad         string   `json:"unitLoad,omitempty"`
	CollectMethod    string   `json:"collectMethod,omitempty"`
	CollectAmount    *Decimal `json:"collectAmount,omitempty"`
	EquipmentType    string   `json:"equipmentType,omitempty"` // X12 element 40 code
	EquipmentInitial string   `json:"equipmentInitial,omitempty"`
	EquipmentNumber  string   `json:"equipmentNumber,omitempty"`
	Seals            []string `json:"seals,omitempty"`
	SealStatus       string   `json:"sealStatus,omitempty"`
	Status           string   `json:"status,omitempty"`
	SpecialHandling  string   `json:"specialHandling,omitempty"`
	ChargePayer      string   `json:"chargePayer,omitempty"`
}

// Promotion is an allowance that a grocer and a maker have agreed.
type Promotion struct {
	Kind      string   `json:"kind,omitempty"`
	Handling  string   `json:"handling,omitempty"`
	Number    string   `json:"number,omitempty"`
	Exception string   `json:"exception,omitempty"`
	Rate      *Decimal `json:"rate,omitempty"`
	Quantity  *Decimal `json:"quantity,omitempty"`
	Unit      string   `json:"unit,omitempty"`
	Amount    *Decimal `json:"amount,omitempty"`
	Percent   *Decimal `json:"percent,omitempty"`
	PerUnit   *Decimal `json:"perUnit,omitempty"`
	Option    string   `json:"option,omitempty"`
	Text      []string `json:"text,omitempty"`
}

// Comment is free text, with the reference it was sent under.
type Comment struct {
	Type     string   `json:"type,omitempty"`
	ID       string   `json:"id,omitempty"`
	Function string   `json:"function,omitempty"` // EDIFACT 4453 code
	Code     string   `json:"code,omitempty"`
	Date     Date     `json:"date,omitzero"`
	Language string   `json:"language,omitempty"`
	Text     []string `json:"text,omitempty"`
}

// Amount is a sum of money with its meaning.
type Amount struct {
	Type     string  `json:"type"`
	Amount   Decimal `json:"amount"`
	Currency string  `json:"currency,omitempty"`
	Credit   string  `json:"credit,omitempty"`
}

// Totals is what the sender counts in all.
type Totals struct {
	Quantity    *Decimal `json:"quantity,omitempty"`
	Unit        string   `json:"unit,omitempty"`
	Shipped     *Decimal `json:"shipped,omitempty"`
	Damaged     *Decimal `json:"damaged,omitempty"`
	Weight      *Decimal `json:"weight,omitempty"`
	WeightUnit  string   `json:"weightUnit,omitempty"`
	Volume      *Decimal `json:"volume,omitempty"`
	VolumeUnit  string   `json:"volumeUnit,omitempty"`
	Sizing      *Decimal `json:"sizing,omitempty"`
	Packages    string   `json:"packages,omitempty"`
	PackageUnit string   `json:"packageUnit,omitempty"`
	Loads       string   `json:"loads,omitempty"`
	Amount      *Decimal `json:"amount,omitempty"`
	Bracket     string   `json:"bracket,omitempty"`
	Method      string   `json:"method,omitempty"`
}

// ItemID is one of the numbers an item is known by.
type ItemID struct {
	Type string `json:"type"`
	ID   string `json:"id"`
}

// Characteristic is a described property, such as a color.
type Characteristic struct {
	Format string   `json:"format,omitempty"` // free text if nothing is said
	Type   string   `json:"type,omitempty"`
	Agency string   `json:"agency,omitempty"`
	Code   string   `json:"code,omitempty"`
	Text   []string `json:"text,omitempty"`
}

// Priced is a price with its meaning, beside the one that is paid.
type Priced struct {
	Class          string   `json:"class,omitempty"`
	Type           string   `json:"type,omitempty"`
	Price          *Decimal `json:"price,omitempty"`
	Quantity       *Decimal `json:"quantity,omitempty"`
	Unit           string   `json:"unit,omitempty"`
	MultiplierType string   `json:"multiplierType,omitempty"`
	Multiplier     *Decimal `json:"multiplier,omitempty"`
	Amount         *Decimal `json:"amount,omitempty"`
	Basis          string   `json:"basis,omitempty"`    // X12 element 639 code
	Category       string   `json:"category,omitempty"` // EDIFACT 5375 code
	Kind           string   `json:"kind,omitempty"`
}

// Quantified is a quantity with its meaning.
type Quantified struct {
	Type     string  `json:"type"`
	Quantity Decimal `json:"quantity"`
	Unit     string  `json:"unit,omitempty"`
}

// Store is what one store gets of a line.
type Store struct {
	IDType   string  `json:"idType,omitempty"`
	ID       string  `json:"id,omitempty"`
	Quantity Decimal `json:"quantity"`
	Unit     string  `json:"unit,omitempty"`
	Place    string  `json:"place,omitempty"`
}

// Location is a place with its meaning.
type Location struct {
	Type   string `json:"type"`
	IDType string `json:"idType,omitempty"`
	ID     string `json:"id,omitempty"`
	Name   string `json:"name,omitempty"`
}

// LeadTime is how long something takes.
type LeadTime struct {
	Type     string   `json:"type"`
	Quantity *Decimal `json:"quantity,omitempty"`
	Unit     string   `json:"unit,omitempty"` // X12 element 344 code
	Date     Date     `json:"date,omitzero"`
}

// Schedule is a part of a line's quantity with its own dates.
type Schedule struct {
	Type      string  `json:"type,omitempty"` // firm if nothing is said
	Quantity  Decimal `json:"quantity"`
	Unit      string  `json:"unit,omitempty"`
	Dates     []Dated `json:"dates,omitempty"`
	Role      string  `json:"role,omitempty"` // of the place it goes to
	Place     string  `json:"place,omitempty"`
	Request   string  `json:"request,omitempty"`
	Reference string  `json:"reference,omitempty"`
}

// Component is what an item is made of, or sold with.
type Component struct {
	Number       string      `json:"number,omitempty"`
	Parent       string      `json:"parent,omitempty"`
	Relation     string      `json:"relation,omitempty"`
	Quantity     *Decimal    `json:"quantity,omitempty"`
	Unit         string      `json:"unit,omitempty"`
	Price        *Decimal    `json:"price,omitempty"`
	PriceBasis   string      `json:"priceBasis,omitempty"`
	Items        []ItemID    `json:"items,omitempty"`
	Descriptions []string    `json:"descriptions,omitempty"`
	References   []Reference `json:"references,omitempty"`
	Charges      []Charge    `json:"charges,omitempty"`
	Taxes        []Tax       `json:"taxes,omitempty"`
}

// ContactNumber is a way to reach somebody beside phone, fax and mail.
type ContactNumber struct {
	Type   string `json:"type"`
	Number string `json:"number"`
}

// State is the condition something is in.
type State struct {
	Type        string `json:"type,omitempty"`
	Code        string `json:"code,omitempty"`
	Agency      string `json:"agency,omitempty"`
	Description string `json:"description,omitempty"`
}

// Difference is what is not as it was announced.
type Difference struct {
	Quantity     *Decimal `json:"quantity,omitempty"`
	QuantityType string   `json:"quantityType,omitempty"`
	Type         string   `json:"type,omitempty"`
	Reason       string   `json:"reason,omitempty"`
	Agency       string   `json:"agency,omitempty"`
	Description  string   `json:"description,omitempty"`
}

// Marking is what a package is marked with.
type Marking struct {
	Instruction string       `json:"instruction,omitempty"`
	Text        []string     `json:"text,omitempty"`
	References  []Reference  `json:"references,omitempty"`
	Dates       []Dated      `json:"dates,omitempty"`
	Measures    []Measure    `json:"measures,omitempty"`
	Quantities  []Quantified `json:"quantities,omitempty"`
	Differences []Difference `json:"differences,omitempty"`
	Marks       []Mark       `json:"marks,omitempty"`
}

// Account is an account at a bank.
type Account struct {
	Role       string   `json:"role,omitempty"`
	Number     string   `json:"number,omitempty"`
	Holder     []string `json:"holder,omitempty"`
	Currency   string   `json:"currency,omitempty"`
	Bank       string   `json:"bank,omitempty"` // its BIC or other number
	BankIDType string   `json:"bankIdType,omitempty"`
	Branch     string   `json:"branch,omitempty"`
	BankName   string   `json:"bankName,omitempty"`
	Country    string   `json:"country,omitempty"`
}
