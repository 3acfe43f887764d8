/** The counts of tokens of language models: how far they can be believed. */
import { formatAmount, formatCount } from '../../base/units.ts'
import type { RecordView } from '../record-view.ts'
import { type Rule, reason } from './rule.ts'

/** Tokens a piece from which on a piece is no token. */
const BUNDLED_FROM = 1.2

/** Returns the sum of a measure over all steps. */
function totalOf(view: RecordView, measure: string): number {
  return view.sumUs(measure, {})
}

/** The gaps between pieces are not those between tokens where several tokens come at once. */
export const tokensBundled: Rule = (view) => {
  const pieces = totalOf(view, 'token_pieces')
  const tokens = totalOf(view, 'output_tokens')
  if (pieces === 0 || tokens / pieces <= BUNDLED_FROM) return null
  const perPiece = tokens / pieces
  return reason(
    'TOKENS_BUNDLED',
    `answers came in pieces of ${perPiece.toFixed(1)} tokens: inter_token_time is the time between pieces, and tpot takes the first piece for one token unless the server counts with every piece (tokens: continuous)`,
    { tokens, pieces, perPiece },
    'info',
  )
}

/** Pieces that are counted as tokens may hold more of them. */
export const tokensUncounted: Rule = (view) => {
  const uncounted = totalOf(view, 'uncounted_answers')
  if (uncounted === 0) return null
  const answers = view.count('output_tokens', {})
  return reason(
    'TOKENS_UNCOUNTED',
    `the tokens of ${formatCount(uncounted)} of ${formatAmount(answers, 'answer')} are pieces: the server did not count them`,
    { uncounted, answers },
    'info',
  )
}
