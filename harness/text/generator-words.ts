import type { GeneratorStatus } from '../model/live-view.ts'

/** The health of the generator in words, the same in every live view. */
export const GENERATOR_WORDS: Readonly<Record<GeneratorStatus['level'], string>> = {
  ok: 'healthy',
  strained: 'near its limit',
  doubt: 'unreliable',
}
