package local

import "container/heap"

// deadline is a moment at which something happens to a message or a session:
// its lock runs out, or it becomes visible. Each has at most one at a time.
type deadline struct {
	at      int64 // Unix ns
	index   int   // in the heap, from 1; 0: not in it
	entry   *entry
	session *session
}

// deadlines is a heap of them, the next one first.
type deadlines []*deadline

// set puts a deadline in, or moves it.
func (d *deadlines) set(x *deadline, at int64) {
	x.at = at
	if x.index > 0 {
		heap.Fix(d, x.index-1)
		return
	}
	heap.Push(d, x)
}

func (d *deadlines) clear(x *deadline) {
	if x.index > 0 {
		heap.Remove(d, x.index-1)
	}
}

// due takes out the next deadline that has come, if any.
func (d *deadlines) due(now int64) *deadline {
	if len(*d) == 0 || (*d)[0].at > now {
		return nil
	}
	return heap.Pop(d).(*deadline)
}

func (d deadlines) Len() int           { return len(d) }
func (d deadlines) Less(i, j int) bool { return d[i].at < d[j].at }

func (d deadlines) Swap(i, j int) {
	d[i], d[j] = d[j], d[i]
	d[i].index, d[j].index = i+1, j+1
}

// Push implements heap.Interface.
func (d *deadlines) Push(x any) {
	n := x.(*deadline)
	*d = append(*d, n)
	n.index = len(*d)
}

// Pop implements heap.Interface.
func (d *deadlines) Pop() any {
	last := len(*d) - 1
	x := (*d)[last]
	(*d)[last] = nil
	*d = (*d)[:last]
	x.index = 0
	return x
}
