/** The header of a message that carries the one of the ledger, as bytes. */
export const MESSAGE_HEADER = 'x-proofload'
