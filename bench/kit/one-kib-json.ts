/** A body of exactly 1,024 bytes once it is JSON. */
export const ONE_KIB_JSON = { id: 42, text: 'x'.repeat(1024 - '{"id":42,"text":""}'.length) }
