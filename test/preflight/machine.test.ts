import * as assert from 'uvu/assert'
import { readMachineFacts } from '../../harness/preflight/machine.ts'
import { describe } from '../kit/suite.ts'

describe('readMachineFacts', (test) => {
  test('tells what this machine has', () => {
    const facts = readMachineFacts()

    assert.ok(facts.cores >= 1)
    assert.ok(facts.memoryAvailableBytes > 0)
    assert.ok(facts.memoryAvailableBytes <= facts.memoryTotalBytes)
    assert.ok(facts.loadAverage1m >= 0)
  })

  test('tells limits as numbers, or not at all', () => {
    const { openFilesLimit, ephemeralPorts } = readMachineFacts()

    for (const limit of [openFilesLimit, ephemeralPorts])
      assert.ok(limit === null || (Number.isInteger(limit) && limit > 0), String(limit))
    if (process.platform === 'linux') assert.ok(ephemeralPorts !== null && ephemeralPorts < 65_536)
  })
})
