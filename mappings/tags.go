package mappings

// tagKey is a tag of up to eight bytes as a number; longer tags, which no
// standard has, are 0.
type tagKey uint64

func keyOf(tag []byte) tagKey {
	if len(tag) > 8 {
		return 0
	}
	var k tagKey
	for _, c := range tag {
		k = k<<8 | tagKey(c)
	}
	return k
}

// tagTable numbers the tags of a map from 1. It is a hash table of open
// addressing, at most half full: looking a tag up is most of what is done with
// a segment that the map has no use for.
type tagTable struct {
	keys    []tagKey
	numbers []int
	shift   uint
	count   int
}

// add returns the number of a tag, giving it one if it has none.
func (t *tagTable) add(k tagKey) int {
	if n := t.find(k); n > 0 {
		return n
	}
	if 2*(t.count+1) > len(t.keys) {
		t.grow()
	}
	t.count++
	t.put(k, t.count)
	return t.count
}

// find returns the number of a tag, 0 if it has none.
func (t *tagTable) find(k tagKey) int {
	if len(t.keys) == 0 {
		return 0
	}
	for i := t.home(k); ; i = (i + 1) & (len(t.keys) - 1) {
		if t.keys[i] == k {
			return t.numbers[i]
		}
		if t.numbers[i] == 0 {
			return 0
		}
	}
}

func (t *tagTable) home(k tagKey) int {
	const golden = 0x9e3779b97f4a7c15 // Fibonacci hashing
	return int(uint64(k) * golden >> t.shift)
}

func (t *tagTable) put(k tagKey, number int) {
	i := t.home(k)
	for t.numbers[i] != 0 {
		i = (i + 1) & (len(t.keys) - 1)
	}
	t.keys[i], t.numbers[i] = k, number
}

func (t *tagTable) grow() {
	old := *t
	size := max(64, 2*len(old.keys))
	t.keys, t.numbers = make([]tagKey, size), make([]int, size)
	for t.shift = 64; size > 1; size /= 2 {
		t.shift--
	}
	for i, n := range old.numbers {
		if n > 0 {
			t.put(old.keys[i], n)
		}
	}
}
