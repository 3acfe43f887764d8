import * as assert from 'uvu/assert'
import type { ShownRun } from '../../../harness/web/server/live-board.ts'
import { aDashboard, blocksOf, messagesOf } from '../../kit/dashboard.ts'
import { aLiveView, aSeries } from '../../kit/live-views.ts'
import { describe } from '../../kit/suite.ts'
import { VirtualClock } from '../../kit/virtual-clock.ts'

const series = aSeries(60)
const aRun = (seconds: number, changes: Partial<ShownRun> = {}): ShownRun => ({
  view: aLiveView({ nowMs: seconds * 1000 }),
  points: series.slice(0, seconds),
  stopCount: 0,
  search: null,
  report: null,
  mask: (text) => text,
  ...changes,
})

/** Streams run on turns of the real loop. */
const turns = async (count = 5) => {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve))
}

function aStream() {
  const clock = new VirtualClock()
  const dashboard = aDashboard({}, clock)
  const open = (headers: Record<string, string> = {}) => dashboard.ask('/live/events', { headers })
  return { clock, ...dashboard, open }
}

describe('The stream of a dashboard', (test) => {
  test('is one of server-sent events that come back after a second', async () => {
    const { open, board } = aStream()
    board.show(aRun(3))

    const answer = await open()
    const block = (await blocksOf(answer)()) ?? ''

    assert.is(answer.headers.get('Content-Type'), 'text/event-stream')
    assert.is(answer.headers.get('Cache-Control'), 'no-store')
    assert.match(block, /^event: live\ndata: \{.*\}\nid: 1\nretry: 1000$/)
  })

  test('tells the whole series at first, then each new second', async () => {
    const { open, board, clock } = aStream()
    board.show(aRun(3))
    const next = messagesOf(await open())
    const first = await next()
    await turns()
    await clock.advance(1_000)
    board.show(aRun(4))

    const second = await next()

    assert.equal([first?.keep, first?.points.length, first?.view?.nowMs], [0, 3, 3_000])
    assert.equal([second?.keep, second?.points.length, second?.view?.nowMs], [2, 2, 4_000])
  })

  test('tells everything to who comes back, whatever it had heard', async () => {
    const { open, board } = aStream()
    board.show(aRun(3))
    board.show(aRun(4))

    for (const id of ['1', '2', '999', 'nonsense', '-1']) {
      const message = await messagesOf(await open({ 'Last-Event-ID': id }))()
      assert.equal([message?.keep, message?.points.length], [0, 4], id)
    }
  })

  test('tells many things that happen at once in one message', async () => {
    const { open, board, clock } = aStream()
    board.show(aRun(1))
    const next = messagesOf(await open())
    await next()
    for (let seconds = 2; seconds <= 30; seconds++) board.show(aRun(seconds))
    await turns()
    await clock.advance(200)

    const message = await next()

    assert.equal([message?.view?.nowMs, message?.points.length], [30_000, 30])
  })

  test('has little waiting for a page that does not read, which then gets the latest', async () => {
    const { open, board, clock } = aStream()
    board.show(aRun(1))
    const next = messagesOf(await open())
    for (let seconds = 2; seconds <= 60; seconds++) {
      board.show(aRun(seconds))
      await turns()
      await clock.advance(1_000)
    }

    const read: number[] = []
    while (read.at(-1) !== 60) {
      read.push(((await next())?.view?.nowMs ?? 0) / 1000)
      await turns()
      await clock.advance(1_000)
    }

    // What was under way when it stopped to read, and the latest; nothing of what happened in between.
    assert.ok(read.length <= 5, `${read}`)
    assert.ok((read.at(-2) ?? 0) < 10, `${read}`)
  })

  test('says that it is still there while nothing happens', async () => {
    const { open, clock } = aStream()
    const next = blocksOf(await open())
    await next()
    await turns()
    await clock.advance(200)
    await turns()
    await clock.advance(15_000)

    assert.is(await next(), ': still here')
  })

  test('ends when all is over, after the last that there is to tell', async () => {
    const { open, board, clock, viewers } = aStream()
    board.show(aRun(3))
    const next = messagesOf(await open())
    await next()
    await turns()
    board.show(aRun(3, { view: aLiveView({ stage: 'done' }) }))
    board.end()
    const allTold = viewers.allTold(2_000)
    await turns()
    await clock.advance(200)

    const last = await next()
    await turns()
    await clock.advance(200)

    assert.is(last?.view?.stage, 'done')
    assert.is(await next(), null)
    await allTold
    assert.equal([viewers.count, clock.pendingCount], [0, 0])
  })

  test('keeps a run waiting for two seconds at most when a page does not listen', async () => {
    const { open, board, clock, viewers } = aStream()
    for (let i = 0; i < 3; i++) await open()
    await turns()
    board.end()
    let isOver = false
    void viewers.allTold(2_000).then(() => {
      isOver = true
    })

    await clock.advance(1_999)
    const before = isOver
    await clock.advance(1)

    assert.equal([before, isOver], [false, true])
  })

  test('keeps nobody waiting when no page looks', async () => {
    const { viewers } = aStream()

    await viewers.allTold(2_000)
  })

  test('has room for many pages, not for any number, and again when one leaves', async () => {
    const { open, viewers } = aStream()
    const answers = await Promise.all(Array.from({ length: 32 }, () => open()))
    const refused = await open()
    await answers[0]?.body?.cancel()
    await turns()

    const admitted = await open()

    assert.equal([refused.status, refused.headers.get('Retry-After')], [503, '10'])
    assert.is(admitted.status, 200)
    assert.is(viewers.count, 32)
  })
})
