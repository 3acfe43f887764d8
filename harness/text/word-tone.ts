/** Words that are good or bad news wherever they stand: in tables of terminals and pages, and on badges. */
export type WordTone = 'good' | 'bad' | 'doubt'

const WORDS: Readonly<Record<WordTone, readonly string[]>> = {
  good: ['GO', 'met', 'OK', 'within its limit', 'succeeded', 'IMPROVED'],
  bad: ['NO_GO', 'NO-GO', 'missed', 'failing', 'failed', 'REGRESSED'],
  doubt: [
    'INCONCLUSIVE',
    'unproven',
    'no data',
    'above its limit',
    'below its limit',
    'back within its limit',
    'SUSPECT',
    'BLIND',
    'NO-BASELINE',
    'INVALID',
    'DRIFT',
  ],
}
const TONES = new Map(
  (['good', 'bad', 'doubt'] as const).flatMap((tone) => WORDS[tone].map((word) => [word, tone] as const)),
)

/** The tone of a word; null for one that is no news. */
export function wordTone(word: string): WordTone | null {
  return TONES.get(word) ?? null
}
