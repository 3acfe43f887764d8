import * as assert from 'uvu/assert'
import { CHECK_NAMES_MAX, CheckLog } from '../../harness/engine/check-log.ts'
import type { CheckCounts } from '../../harness/model/counts-schema.ts'
import { OTHER_NAMES } from '../../harness/model/interval-snapshot.ts'
import { describe } from '../kit/suite.ts'

function createLog() {
  const told: CheckCounts[] = []
  const log = new CheckLog(
    (news) => news.kind === 'checks' && told.push(...news.checks),
    (name) => name.replaceAll('hunter-2', '***'),
  )
  return { log, told }
}

describe('CheckLog', (test) => {
  test('hands on what was counted by phase and name, once', () => {
    const { log, told } = createLog()
    log.add('calm', 'in stock', true)
    log.add('calm', 'in stock', false)
    log.add('storm', 'in stock', true)
    log.send()
    log.send()

    assert.equal(told, [
      { phase: 'calm', check: 'in stock', passed: 1, failed: 1 },
      { phase: 'storm', check: 'in stock', passed: 1, failed: 0 },
    ])
  })

  test('masks names, and counts those that are too many together', () => {
    const { log, told } = createLog()
    for (let i = 0; i < CHECK_NAMES_MAX + 20; i++) log.add('calm', `hunter-2 ${i}`, true)
    log.send()

    assert.is(told.length, CHECK_NAMES_MAX + 1)
    assert.is(told[0]?.check, '*** 0')
    assert.equal(told.at(-1), { phase: 'calm', check: OTHER_NAMES, passed: 20, failed: 0 })
  })
})
