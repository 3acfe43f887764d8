/** Laws of the length of prompts and answers, in tokens. */
import * as z from 'zod'
import { keyOf, uniformAt } from '../../base/random.ts'
import { Template, type VariableLookup } from '../../base/template.ts'

/** The standard normal value that 99 % of draws fall below. */
const Z_99 = 2.3263478740408408

const TOKENS_MAX = 10_000_000
const tokens = z.int().min(1).max(TOKENS_MAX)

/** `512`, `'{{trace.tokens}}'`, `{ fixed: 512 }`, `{ uniform: [64, 256] }` or `{ lognormal: { median: 512, p99: 4096, max: 8192 } }`. */
export const lengthSchema = z
  .union([
    tokens,
    z.string().regex(/^\{\{[^{}]+\}\}$/, 'a variable: {{trace.output_tokens}}'),
    z.strictObject({ fixed: tokens.describe('Always this many') }),
    z.strictObject({
      uniform: z
        .tuple([tokens, tokens])
        .refine(([low, high]) => low <= high, 'the lower end stands first')
        .describe('Every whole number from one to the other, each as likely'),
    }),
    z.strictObject({
      lognormal: z
        .strictObject({
          median: tokens.describe('Half are shorter'),
          p99: tokens.describe('One in a hundred is longer'),
          max: tokens.optional().describe('None is longer; longer ones become this long'),
        })
        .refine(({ median, p99 }) => p99 > median, { path: ['p99'], error: 'p99 must be above the median' })
        .describe('Many short ones and a long tail'),
    }),
  ])
  .describe(
    'Number of tokens: 512, a variable such as {{trace.output_tokens}}, { fixed: 512 }, { uniform: [64, 256] } or { lognormal: { median: 512, p99: 4096 } }',
  )
export type LengthLaw = z.output<typeof lengthSchema>

/** Draws lengths: draw n of a name under a seed is always the same. */
export class Lengths {
  readonly #law: LengthLaw
  readonly #seed: number
  readonly #key: number
  readonly #angleKey: number

  constructor(law: LengthLaw, seed: number, name: string) {
    this.#law = law
    this.#seed = seed
    this.#key = keyOf(`${name}/length`)
    this.#angleKey = keyOf(`${name}/length/angle`)
  }

  /** Returns the number of tokens of draw `index`. @throws UnsetVariable, RangeError when a variable holds no number of tokens */
  at(index: number, variables: VariableLookup): number {
    const law = this.#law
    if (typeof law === 'string') return tokensIn(Template.parse(law).render(variables))
    if (typeof law === 'number') return law
    if ('fixed' in law) return law.fixed
    if ('uniform' in law) {
      const [low, high] = law.uniform
      return low + Math.floor(uniformAt(this.#seed, this.#key, index) * (high - low + 1))
    }
    const { median, p99, max = Number.POSITIVE_INFINITY } = law.lognormal
    const length = Math.round(median * (p99 / median) ** (this.#normalAt(index) / Z_99))
    return Math.min(max, Math.max(1, length))
  }

  /** Standard normal by Box-Muller. */
  #normalAt(index: number): number {
    const radius = Math.sqrt(-2 * Math.log1p(-uniformAt(this.#seed, this.#key, index)))
    return radius * Math.cos(2 * Math.PI * uniformAt(this.#seed, this.#angleKey, index))
  }
}

function tokensIn(text: string): number {
  const found = tokens.safeParse(Number(text))
  if (found.success) return found.data
  throw new RangeError(`'${text}' is not a number of tokens from 1 to ${TOKENS_MAX}`)
}
