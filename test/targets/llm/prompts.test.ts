import * as assert from 'uvu/assert'
import { type LengthLaw, Lengths } from '../../../harness/targets/llm/lengths.ts'
import { type PromptSettings, Prompts } from '../../../harness/targets/llm/prompts.ts'
import { describe } from '../../kit/suite.ts'

const nothing = () => undefined
const drawn = (law: LengthLaw, count = 20_000) => {
  const lengths = new Lengths(law, 7, 'step')
  return Array.from({ length: count }, (_, index) => lengths.at(index, nothing)).sort((a, b) => a - b)
}
const promptsOf = (changes: Partial<PromptSettings> = {}) =>
  new Prompts({ law: { tokens: 20 }, wordsPerToken: 1, seed: 7, step: 'ask', ...changes })
const some = (prompts: Prompts, count = 500) =>
  Array.from({ length: count }, (_, index) => prompts.at(index, nothing))
const wordsIn = (text: string) => text.split(/\s+/).length

describe('Lengths', (test) => {
  test('are fixed where the law is a number', () => {
    assert.equal([...new Set(drawn(12, 10))], [12])
    assert.equal([...new Set(drawn({ fixed: 9 }, 10))], [9])
  })

  test('are what a variable holds, which is a number of tokens', () => {
    const lengths = new Lengths('{{trace.tokens}}', 7, 'step')
    const at = (tokens: string) => lengths.at(0, (name) => (name === 'trace.tokens' ? tokens : undefined))

    assert.equal([at('1'), at('4096')], [1, 4096])
    for (const wrong of ['', '0', '-1', '1.5', 'many', '1e9'])
      assert.throws(() => at(wrong), new RegExp(`'${wrong}' is not a number of tokens`), wrong)
    assert.throws(() => lengths.at(0, nothing), /trace\.tokens/)
  })

  test('cover a range evenly, both ends included', () => {
    const lengths = drawn({ uniform: [10, 13] })
    const counts = [10, 11, 12, 13].map((length) => lengths.filter((one) => one === length).length)

    for (const count of counts) assert.ok(count > 4700 && count < 5300, `${counts}`)
  })

  test('have the median and the 99th percentile of a lognormal law, and no more than its maximum', () => {
    const lengths = drawn({ lognormal: { median: 512, p99: 4096 } })
    const [median = 0, p99 = 0] = [lengths[10_000], lengths[19_800]]
    assert.ok(Math.abs(median / 512 - 1) < 0.03, `${median}`)
    assert.ok(Math.abs(p99 / 4096 - 1) < 0.1, `${p99}`)

    assert.is(drawn({ lognormal: { median: 512, p99: 4096, max: 1000 } }).at(-1), 1000)
  })
})

describe('Prompts', (test) => {
  test('are the same under the same seed, and others under another or for another step', () => {
    assert.equal(some(promptsOf()), some(promptsOf()))
    assert.not.equal(promptsOf().at(3, nothing), promptsOf({ seed: 8 }).at(3, nothing))
    assert.not.equal(promptsOf().at(3, nothing), promptsOf({ step: 'other' }).at(3, nothing))
  })

  test('have the wanted number of words, behind a mark that none shares', () => {
    const prompts = some(promptsOf({ wordsPerToken: 0.5, law: { tokens: { uniform: [10, 90] } } }))
    for (const { text, tokens } of prompts) assert.is(wordsIn(text), Math.round(tokens * 0.5) + 1)

    assert.is(new Set(prompts.map(({ text }) => text.split(' ')[0])).size, 500)
  })

  test('share as many beginnings as there are groups, as often as they should', () => {
    const law = { tokens: 20, prefix: { groups: 4, tokens: 100, share: '80%' } }
    const prompts = some(promptsOf({ law }), 5000)
    const shared = prompts.filter(({ tokens }) => tokens === 120)
    const beginnings = new Set(shared.map(({ text }) => text.split('\n')[0]))

    assert.ok(Math.abs(shared.length / 5000 - 0.8) < 0.03, `${shared.length}`)
    assert.is(beginnings.size, 4)
    for (const beginning of beginnings) assert.is(wordsIn(beginning ?? ''), 100)
    assert.is(new Set(prompts.map(({ text }) => text)).size, 5000)
    for (const { text, tokens } of prompts) assert.is(text.includes('\n'), tokens === 120)
  })
})
