import * as assert from 'uvu/assert'
import { createPages } from '../../../harness/targets/sandbox/pages.ts'
import { createRouteTable } from '../../../harness/targets/sandbox/routes.ts'
import { describe } from '../../kit/suite.ts'

const pages = createPages(createRouteTable(), 17)

describe('the pages', (test) => {
  test('tell at the front what there is and how long it takes', () => {
    const front = pages('/')?.value as {
      seed: number
      law: { safe: { p99Ms: number }; batch: { p50Ms: number } }
      routes: string[]
    }

    assert.is(front.seed, 17)
    assert.ok(front.law.safe.p99Ms > 15 && front.law.safe.p99Ms < 30)
    assert.ok(front.law.batch.p50Ms > 2_000)
    assert.ok(front.routes.includes('POST /cart/:id/pay (risky)'))
    assert.ok(front.routes.includes('POST /batches/index-rebuild (batch)'))
  })

  test('say that all is well', () => {
    assert.equal(pages('/health'), { status: 200, value: { status: 'ok' } })
  })

  test('are no others', () => {
    assert.is(pages('/constructor'), null)
    assert.is(pages('/nope'), null)
  })
})
