package business

// Codes of what the packs find.
const (
	CodeTotalLines        = "TOTAL-LINES"        // the stated number of lines is not the one that came
	CodeTotalQuantity     = "TOTAL-QUANTITY"     // the stated sum of quantities is not the one that came
	CodeTotalAmount       = "TOTAL-AMOUNT"       // no reading of the amounts gives the stated total
	CodeHierarchyNumber   = "HIERARCHY-NUMBER"   // levels are not numbered 1, 2, 3 and so on
	CodeHierarchyParent   = "HIERARCHY-PARENT"   // the parent is not there, or not open any more
	CodeHierarchyLevel    = "HIERARCHY-LEVEL"    // a level stands under one that cannot hold it
	CodeHierarchyChildren = "HIERARCHY-CHILDREN" // a level is not as HL04 says: it has children, or has none
	CodeCheckDigit        = "CHECK-DIGIT"        // the last digit of an article or pallet number does not fit
	CodeIdentifierLength  = "IDENTIFIER-LENGTH"  // an article or pallet number has the wrong length or other than digits
	CodeDateImplausible   = "DATE-IMPLAUSIBLE"   // a date is years away from that of the interchange
)

// Codes lists every code of this package, in the order declared.
func Codes() []string {
	return []string{
		CodeTotalLines, CodeTotalQuantity, CodeTotalAmount,
		CodeHierarchyNumber, CodeHierarchyParent, CodeHierarchyLevel, CodeHierarchyChildren,
		CodeCheckDigit, CodeIdentifierLength, CodeDateImplausible,
	}
}
