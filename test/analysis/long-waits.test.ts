import * as assert from 'uvu/assert'
import { longWaitNotes } from '../../harness/analysis/long-waits.ts'
import { aDocument, aRequest, planOf } from '../kit/scenario-documents.ts'
import { describe } from '../kit/suite.ts'

const notesOf = (changes: Parameters<typeof aDocument>[0]) => longWaitNotes(planOf(aDocument(changes)))

describe('Waits that do not fit their run', (test) => {
  test('are none by default, however short the run or its drain', () => {
    for (const duration of ['1s', '10s', '10m'])
      for (const drain of ['0s', '1s', '10s'])
        assert.equal(notesOf({ workload: { pattern: 'constant-agents', agents: 3, duration }, drain }), [])
  })

  test('are told with both lengths, wherever they are stated', () => {
    const timeouts = { firstByte: '20s' }
    assert.match(notesOf({ drain: '1s', timeouts }).join(), /wait 20s .* 4.33s/)
    assert.is(notesOf({ drain: '1s', journeys: { buy: { steps: [aRequest('/', { timeouts })] } } }).length, 1)
    assert.is(notesOf({ drain: '1s', login: { steps: [aRequest('/login', { timeouts })] } }).length, 1)
  })

  test('fit where the drain is left to follow them', () => {
    assert.equal(notesOf({ timeouts: { firstByte: '20s' } }), [])
  })
})
