/** Reads the beginning of a body, as far as it comes; the rest is left. @param bytesMax read at least, when there are as many */
export async function beginningOf(body: AsyncIterable<Buffer>, bytesMax: number): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    for await (const chunk of body) {
      chunks.push(chunk)
      bytes += chunk.length
      if (bytes >= bytesMax) break
    }
  } catch {
    // What came before is all that there is.
  }
  return Buffer.concat(chunks).toString('utf8').trim()
}
