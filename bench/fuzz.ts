/**
 * Our response parser beside node's on generated responses, right and wrong, cut at random bytes. `npm run bench:fuzz`,
 * COUNT and SEED from the environment; exit 1 when they disagree.
 */
import { compareParsers, fuzzedResponse } from '../test/kit/http-fuzz.ts'

const COUNT = Number(process.env['COUNT'] ?? 1_000_000)
const SEED = Number(process.env['SEED'] ?? 1)

const amounts = new Map<string, number>()
const startedMs = performance.now()
for (let number = 0; number < COUNT; number++) {
  const response = fuzzedResponse(SEED, number)
  const outcome = compareParsers(response)
  const name = outcome.kind === 'meant' ? `meant: ${outcome.why}` : outcome.kind
  amounts.set(name, (amounts.get(name) ?? 0) + 1)
  if (outcome.kind === 'disagreement') {
    process.stdout.write(
      `response ${number} of seed ${SEED}: ${JSON.stringify(response)}\n${JSON.stringify(outcome)}\n`,
    )
    process.exitCode = 1
  }
}
for (const [name, amount] of amounts) process.stdout.write(`${name}: ${amount}\n`)
process.stdout.write(`${COUNT} responses in ${((performance.now() - startedMs) / 1000).toFixed(0)} s\n`)
