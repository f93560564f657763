package state

// The queues of the house. functions/ binds each to one function, and a test
// compares the two.
const (
	QueueFiles       = "files"        // blob events and inbox sweeps → file_arrived
	QueueEDIInbound  = "edi-inbound"  // files to judge and apply → edi_receive
	QueueEDIOutbound = "edi-outbound" // documents to send → edi_send
	QueueERPSync     = "erp-sync"     // versions to push → erp_sync
	QueueERPEvents   = "erp-events"   // polls of what an ERP has to say → erp_event
	QueueEDIDue      = "edi-due"      // documents with answers or acknowledgements due → edi_due
)

// QueueNames lists the queues, for what goes over all of them.
func QueueNames() []string {
	return []string{QueueFiles, QueueEDIInbound, QueueEDIOutbound, QueueERPSync, QueueERPEvents, QueueEDIDue}
}
