/** Sends what a button asks for. Null, or why the server refuses it, for people. */
export async function ask(path: string, body: unknown): Promise<string | null> {
  try {
    const response = await fetch(path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    })
    return response.ok ? null : `refused: ${await errorOf(response)}`
  } catch {
    return 'the server cannot be reached'
  }
}

async function errorOf(response: Response): Promise<string> {
  const text = await response.text()
  try {
    return String((JSON.parse(text) as { error: unknown }).error)
  } catch {
    return text
  }
}
