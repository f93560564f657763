package grammar

// plan is a segment compiled for checking.
type plan struct {
	def *SegmentDef
}

// compilePlans compiles each segment that a row of the set has.
func (s *Set) compilePlans() {
	s.plans = map[*SegmentDef]*plan{}
	for _, r := range s.Rows {
		p := s.plans[r.Segment]
		if p == nil {
			p = &plan{def: r.Segment}
			s.plans[r.Segment] = p
		}
		s.byRow = append(s.byRow, p)
	}
}
