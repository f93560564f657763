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
