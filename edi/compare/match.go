package compare

// match finds a partner in after for each of before, nil where there is none:
// first those that agree on their first key, then on the next, in their order.
func match[T any](before, after []*T, keys func(*T) []string) []*T {
	partner := make([]*T, len(before))
	taken := make([]bool, len(after))
	for level := 0; ; level++ {
		waiting := map[string][]int{}
		more := false
		for k, b := range after {
			if list := keys(b); !taken[k] && level < len(list) {
				waiting[list[level]] = append(waiting[list[level]], k)
				more = true
			}
		}
		if !more {
			return partner
		}
		for i, a := range before {
			list := keys(a)
			if partner[i] != nil || level >= len(list) {
				continue
			}
			queue := waiting[list[level]]
			if len(queue) == 0 {
				continue
			}
			waiting[list[level]] = queue[1:]
			partner[i], taken[queue[0]] = after[queue[0]], true
		}
	}
}

// pair matches the nodes of one loop.
func pair(before, after []*node) []*node {
	return match(before, after, func(n *node) []string { return n.keys })
}

// waiting are sets that have no partner yet, in their order.
type waiting struct {
	byKey map[string][]*set
	order []*set
	taken map[*set]bool
}

// key is by what a set is found at once.
func (s *set) key() string { return s.id + " " + s.number }

func (w *waiting) add(s *set) {
	if w.byKey == nil {
		w.byKey, w.taken = map[string][]*set{}, map[*set]bool{}
	}
	w.byKey[s.key()] = append(w.byKey[s.key()], s)
	w.order = append(w.order, s)
}

// take takes the first set with the key out, nil if there is none.
func (w *waiting) take(key string) *set {
	queue := w.byKey[key]
	if len(queue) == 0 {
		return nil
	}
	s := queue[0]
	if w.byKey[key] = queue[1:]; len(queue) == 1 {
		delete(w.byKey, key)
	}
	w.taken[s] = true
	if len(w.taken) > len(w.order)/2 { // nothing that is taken stays in memory
		w.order = w.rest()
		clear(w.taken)
	}
	return s
}

// rest are the sets that were not taken.
func (w *waiting) rest() []*set {
	var rest []*set
	for _, s := range w.order {
		if !w.taken[s] {
			rest = append(rest, s)
		}
	}
	return rest
}
