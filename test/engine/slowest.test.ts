import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { allocateSlowest, SlowestReader, SlowestWriter } from '../../harness/engine/slowest.ts'
import { SLOWEST_PER_STEP } from '../../harness/model/interval-snapshot.ts'
import { runInThread, workerOptions } from '../../harness/system/worker-thread.ts'
import { describe } from '../kit/suite.ts'

function createTable() {
  const buffer = allocateSlowest()
  return { buffer, writer: new SlowestWriter(buffer), reader: new SlowestReader(buffer) }
}

/** Offers requests as the recorder does: only those slower than the table asks for. Their number stands in `agent`. */
function offer(writer: SlowestWriter, responsesUs: readonly number[]): number {
  let beyondUs = -1
  let written = 0
  for (const [number, responseUs] of responsesUs.entries()) {
    if (responseUs <= beyondUs) continue
    beyondUs = writer.keep(responseUs, responseUs - 1, responseUs - 2, number, number, 200, 0, number)
    written++
  }
  return written
}

const slowest = (responsesUs: readonly number[]) =>
  [...responsesUs].sort((a, b) => b - a).slice(0, SLOWEST_PER_STEP)

describe('SlowestWriter', (test) => {
  test('keeps what a sort of everything puts first', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 50 }), { maxLength: 200 }), (responsesUs) => {
        const { writer, reader } = createTable()
        offer(writer, responsesUs)
        const rows = reader.takeNew()

        assert.equal(slowest(rows.map((row) => row.responseUs)), slowest(responsesUs))
        for (const { agent, responseUs, serviceUs, connectUs, atMs } of rows)
          assert.equal(
            [responsesUs[agent], serviceUs, connectUs, atMs],
            [responseUs, responseUs - 1, responseUs - 2, agent],
          )
        assert.is(new Set(rows.map(({ agent }) => agent)).size, rows.length)
      }),
    )
  })

  test('says what a request has to exceed: nothing while there is room, then the quickest kept one', () => {
    const { writer } = createTable()
    const asked = [5, 3, 9, 4, 7, 8].map((us) => writer.keep(us, 0, 0, 0, 0, 0, 0, 0))

    assert.equal(asked, [-1, -1, -1, -1, 3, 4])
  })

  test('writes rarely where response times are alike', () => {
    const responsesUs = Array.from({ length: 10_000 }, (_, i) => (i * 7_919) % 10_007)

    assert.ok(offer(createTable().writer, responsesUs) < 100)
    assert.is(
      offer(
        createTable().writer,
        Array.from({ length: 10_000 }, () => 5),
      ),
      SLOWEST_PER_STEP,
    )
  })
})

describe('SlowestReader', (test) => {
  test('gives each row once, and what stays of all looks is what was slowest', () => {
    const parts = fc.array(fc.array(fc.nat({ max: 1_000 }), { maxLength: 20 }), { maxLength: 10 })
    fc.assert(
      fc.property(parts, (stretches) => {
        const { writer, reader } = createTable()
        let beyondUs = -1
        let number = 0
        const seen = stretches.flatMap((responsesUs) => {
          for (const responseUs of responsesUs) {
            number++
            if (responseUs > beyondUs) beyondUs = writer.keep(responseUs, 0, 0, 0, number, 0, 0, 0)
          }
          return reader.takeNew()
        })

        assert.is(new Set(seen.map(({ agent }) => agent)).size, seen.length)
        assert.equal(slowest(seen.map((row) => row.responseUs)), slowest(stretches.flat()))
      }),
    )
  })

  test('leaves a row that is being written for the next look, and the others as they are', () => {
    const { buffer, writer, reader } = createTable()
    offer(writer, [10, 20, 30])
    const versions = new Int32Array(buffer, 0, SLOWEST_PER_STEP)
    Atomics.add(versions, 1, 1)
    assert.equal(
      reader.takeNew().map((row) => row.responseUs),
      [10, 30],
    )
    Atomics.add(versions, 1, 1)
    assert.equal(
      reader.takeNew().map((row) => row.responseUs),
      [20],
    )
    assert.equal(reader.takeNew(), [])
  })

  test('never reads a row that another thread has half written', async () => {
    const { buffer, reader } = createTable()
    const rows = 3_000_000
    let isWriting = true
    const writing = runInThread({
      worker: workerOptions(new URL('../kit/slow-writer.ts', import.meta.url)),
      run: 'writeSlow',
      argument: { buffer, rows },
      limitMs: 60_000,
    }).finally(() => {
      isWriting = false
    })
    let looks = 0
    const look = () => {
      for (const row of reader.takeNew()) {
        looks++
        assert.is(new Set(Object.values(row)).size, 1, JSON.stringify(row))
      }
    }
    while (isWriting) {
      for (let i = 0; i < 1_000; i++) look()
      await new Promise((resolve) => setImmediate(resolve))
    }
    await writing
    look()

    assert.ok(looks > SLOWEST_PER_STEP, `${looks} rows read`)
  })
})
