import * as assert from 'uvu/assert'
import { createPages } from '../../../harness/targets/sandbox/pages.ts'
import { createRouteTable } from '../../../harness/targets/sandbox/routes.ts'
import { describe } from '../../kit/suite.ts'

const pages = createPages(createRouteTable(), 17)

describe('the pages', (test) => {
  test('tell at the front what there is and how long it takes', () => {
    const front = pages('/')?.value as {
      seed: number
      law: { safe: { p99Ms: number } }
      routes: string[]
    }

    assert.is(front.seed, 17)
    assert.ok(front.law.safe.p99Ms > 15 && front.law.safe.p99Ms < 30)
    assert.ok(front.routes.includes('POST /cart/:id/pay (risky)'))
  })

  test('say that all is well', () => {
    assert.equal(pages('/health'), { status: 200, value: { status: 'ok' } })
  })

  test('are no others', () => {
    assert.is(pages('/constructor'), null)
    assert.is(pages('/nope'), null)
  })
})
