/** A question as a client asked it. */
export interface Question {
  readonly model: string
  /** All that was said, to be counted. */
  readonly text: string
  /** Null when the client sets no limit. */
  readonly tokensMax: number | null
  /** True when the answer is to reach its limit. */
  readonly isExact: boolean
  readonly wantsUsage: boolean
  readonly wantsUsageEach: boolean
}

type Part = Readonly<Record<string, unknown>> | null

/** Reads a question; null when it is none. */
export function questionOf(body: string): Question | null {
  let document: Part
  try {
    document = partOf(JSON.parse(body))
  } catch {
    // No JSON, no question.
    return null
  }
  const messages = document?.['messages']
  if (!Array.isArray(messages)) return null
  const options = partOf(document?.['stream_options'])
  const tokensMax = document?.['max_tokens'] ?? document?.['max_completion_tokens']
  return {
    model: String(document?.['model'] ?? 'sandbox'),
    text: messages.map((message) => String(partOf(message)?.['content'] ?? '')).join(' '),
    tokensMax: typeof tokensMax === 'number' && tokensMax >= 0 ? Math.floor(tokensMax) : null,
    isExact: document?.['ignore_eos'] === true,
    wantsUsage: options?.['include_usage'] === true,
    wantsUsageEach: options?.['continuous_usage_stats'] === true,
  }
}

function partOf(value: unknown): Part {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : null
}
