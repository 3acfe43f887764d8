/** The pieces of a streamed answer, as OpenAI-compatible servers write them. What is not as expected is passed over. */
import { parseJson } from '../../base/parse-json.ts'

/** The counts of the server so far. */
export interface Usage {
  readonly promptTokens: number | null
  readonly outputTokens: number | null
  readonly cachedTokens: number | null
  readonly reasoningTokens: number | null
}

/** One piece of an answer. */
export interface Chunk {
  readonly text: string
  readonly reasoning: string
  /** True when it holds a part of the call of a tool. */
  readonly hasToolCall: boolean
  readonly finishReason: string | null
  readonly usage: Usage | null
  readonly error: { readonly status: number; readonly message: string } | null
}

type Part = Readonly<Record<string, unknown>> | null

/** The status of an error that names none. */
const UNNAMED_ERROR = 500

/** Reads a piece. @throws SyntaxError when the data is not JSON */
export function readChunk(data: string): Chunk {
  const document = partOf(parseJson(data))
  let text = ''
  let reasoning = ''
  let hasToolCall = false
  let finishReason: string | null = null
  const choices = document?.['choices']
  for (const choice of Array.isArray(choices) ? choices : []) {
    const delta = partOf(partOf(choice)?.['delta'])
    text += textOf(delta?.['content']) || textOf(delta?.['refusal'])
    reasoning += textOf(delta?.['reasoning_content']) || textOf(delta?.['reasoning'])
    hasToolCall ||= callsTool(delta?.['tool_calls'])
    finishReason = textOf(partOf(choice)?.['finish_reason']) || finishReason
  }
  return { text, reasoning, hasToolCall, finishReason, usage: usageOf(document), error: errorOf(document) }
}

/** A call that has neither a name nor arguments yet is no part of an answer. */
function callsTool(calls: unknown): boolean {
  if (!Array.isArray(calls)) return false
  return calls.some((call) => {
    const called = partOf(partOf(call)?.['function'])
    return textOf(called?.['name']) !== '' || textOf(called?.['arguments']) !== ''
  })
}

function usageOf(document: Part): Usage | null {
  const usage = partOf(document?.['usage'])
  if (usage === null) return null
  return {
    promptTokens: countOf(usage['prompt_tokens']),
    outputTokens: countOf(usage['completion_tokens']),
    cachedTokens: countOf(partOf(usage['prompt_tokens_details'])?.['cached_tokens']),
    reasoningTokens: countOf(partOf(usage['completion_tokens_details'])?.['reasoning_tokens']),
  }
}

/** An error stands under `error`, or is the whole document (`object: error`). */
function errorOf(document: Part): Chunk['error'] {
  const error = document?.['object'] === 'error' ? document : partOf(document?.['error'])
  if (error === null && typeof document?.['error'] !== 'string') return null
  const code = Number(error?.['code'])
  return {
    status: Number.isInteger(code) && code >= 400 && code <= 599 ? code : UNNAMED_ERROR,
    message: textOf(error?.['message']) || textOf(document?.['error']) || 'an error without a message',
  }
}

function partOf(value: unknown): Part {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : null
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function countOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : null
}
