import { writeFileSync } from 'node:fs'
import * as assert from 'uvu/assert'
import { readCalibration, writeCalibration } from '../../harness/store/calibration.ts'
import { withScratch } from '../kit/sandbox.ts'
import { describe } from '../kit/suite.ts'

const stored = {
  at: '2026-01-01T00:00:00.000Z',
  proofload: '0',
  node: process.version,
  cpuModel: 'cpu',
  requestsPerSec: 1,
  cpuUsPerRequest: 2,
  p99DisagreementPercent: null,
}

describe('The stored calibration', (test) => {
  test('is that of this processor and this node, or none', () =>
    withScratch(async (folder) => {
      const env = { XDG_CACHE_HOME: folder }
      assert.is(readCalibration(env, 'cpu'), null)
      await writeCalibration(env, stored)
      assert.equal(readCalibration(env, 'cpu'), stored)
      assert.is(readCalibration(env, 'another'), null)
      await writeCalibration(env, { ...stored, node: 'v1.0.0' })
      assert.is(readCalibration(env, 'cpu'), null)
    }))

  test('that cannot be read is none', () =>
    withScratch(async (folder) => {
      const file = await writeCalibration({ XDG_CACHE_HOME: folder }, stored)
      writeFileSync(file, 'half a line')
      assert.is(readCalibration({ XDG_CACHE_HOME: folder }, 'cpu'), null)
    }))
})
