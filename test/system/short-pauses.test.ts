import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import * as assert from 'uvu/assert'
import { shortPauses } from '../../harness/system/short-pauses.ts'
import { describe } from '../kit/suite.ts'

/** Keeps megabytes alive that are young, and tells the size of the new space. */
const ALLOCATE = `
  const { parentPort } = require('node:worker_threads')
  const { getHeapSpaceStatistics } = require('node:v8')
  let kept = []
  for (let i = 0; i < 2_000_000; i++) {
    kept.push({ i, text: String(i) })
    if (kept.length > 100_000) kept = kept.slice(50_000)
  }
  parentPort.postMessage(getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space').space_size)`

async function newSpaceMb(isFrugal: boolean): Promise<number> {
  const worker = new Worker(ALLOCATE, { eval: true, resourceLimits: shortPauses(isFrugal) })
  const [bytes] = (await once(worker, 'message')) as [number]
  await once(worker, 'exit')
  return bytes / 2 ** 20
}

describe('shortPauses', (test) => {
  test('bounds what one collection of young objects may copy, but for code', async () => {
    const [frugal, generous] = [await newSpaceMb(true), await newSpaceMb(false)]

    assert.ok(frugal <= 8, `${frugal} MB`)
    assert.ok(generous > 8, `${generous} MB`)
  })
})
