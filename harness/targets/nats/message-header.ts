/** The header of a message that carries the one of the ledger, as text: headers of NATS are lines. */
export const MESSAGE_HEADER = 'X-Proofload'
