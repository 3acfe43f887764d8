/** Makes sure that no alias leads back into what it stands in. @throws Error naming the key */
export function requireEnd(document: unknown): void {
  const above = new Set<object>()
  const ended = new Set<object>()
  const look = (value: unknown, key: string): void => {
    if (typeof value !== 'object' || value === null || ended.has(value)) return
    if (above.has(value)) throw new Error(`${key} refers to what it stands in: it would have no end`)
    above.add(value)
    for (const [name, entry] of Object.entries(value)) look(entry, name)
    above.delete(value)
    ended.add(value)
  }
  look(document, '')
}
