package mappings

import (
	"slices"
	"strconv"

	"github.com/tailscale/hujson"
)

// Secret is a value that is neither logged nor printed.
type Secret string

// masked stands where a Secret is shown.
const masked = "***"

// String hides the value from fmt.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return masked
}

// MarshalJSON hides the value from what is shown and stored.
func (s Secret) MarshalJSON() ([]byte, error) { return strconv.AppendQuote(nil, s.String()), nil }

// Credential is a qualifier with the value it qualifies.
type Credential struct {
	Qualifier string `json:"qualifier"`
	Value     Secret `json:"value"`
}

// secret reads a value that may stand in the environment: "%NAME%".
func (l *loader) secret(n node, most int) Secret {
	text := n.text()
	if namesSetting(text) {
		if l.options.Getenv == nil {
			return Secret(text)
		}
		name := text[1 : len(text)-1]
		if text = l.options.Getenv(name); text == "" {
			n.fail("the setting %s is empty", name)
			return ""
		}
	}
	switch {
	case text == masked:
		n.fail("is what stands for a secret where it is shown: write the value, or %%NAME%% for a setting")
	case len(text) > most || !printable(text):
		n.fail("is not 1 to %d printable characters", most)
	}
	return Secret(text)
}

func namesSetting(text string) bool {
	name := environmentName.FindStringSubmatch(text)
	return name != nil && name[0] == text
}

// MaskSecrets returns the text of an agreement's file with its secrets masked,
// but for the names of settings. What is masked so does not load.
func MaskSecrets(text string) string {
	root, err := hujson.Parse([]byte(text))
	if err != nil {
		return masked // it can not be told what of it is secret
	}
	maskMembers(&root, "")
	return string(root.Pack())
}

// credentials are the fields that hold a Credential.
func credentials() []string { return []string{"authorization", "security", "reference"} }

func maskMembers(v *hujson.Value, under string) {
	switch v := v.Value.(type) {
	case *hujson.Object:
		for i := range v.Members {
			m := &v.Members[i]
			name, _ := m.Name.Value.(hujson.Literal)
			key := name.String()
			secret := key == "password" || key == "value" && slices.Contains(credentials(), under)
			if text, ok := m.Value.Value.(hujson.Literal); ok && secret && !(text.Kind() == '"' && namesSetting(text.String())) {
				m.Value.Value = hujson.String(masked)
			}
			maskMembers(&m.Value, key)
		}
	case *hujson.Array:
		for i := range v.Elements {
			maskMembers(&v.Elements[i], under)
		}
	}
}
