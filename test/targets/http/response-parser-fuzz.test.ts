import * as assert from 'uvu/assert'
import { compareParsers, fuzzedResponse } from '../../kit/http-fuzz.ts'
import { describe } from '../../kit/suite.ts'

const COUNT = 30_000
const SEED = 20_261_121

describe('ResponseParser beside node:http', (test) => {
  test('accepts and refuses the same responses, with the same bodies; `npm run bench:fuzz` for a million', () => {
    const amounts = { accepted: 0, refused: 0, meant: 0, disagreement: 0 }
    for (let number = 0; number < COUNT; number++) {
      const response = fuzzedResponse(SEED, number)
      const outcome = compareParsers(response)
      amounts[outcome.kind]++
      if (outcome.kind === 'disagreement')
        assert.unreachable(`response ${number}: ${JSON.stringify([response, outcome])}`)
    }
    assert.ok(amounts.accepted > COUNT / 4 && amounts.refused > COUNT / 4, JSON.stringify(amounts))
    assert.ok(amounts.meant < COUNT / 40, JSON.stringify(amounts))
  })
})
