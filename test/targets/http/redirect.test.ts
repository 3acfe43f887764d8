import * as assert from 'uvu/assert'
import { parseEndpoint } from '../../../harness/targets/http/endpoint.ts'
import { isRedirect, nextHop } from '../../../harness/targets/http/redirect.ts'
import { describe } from '../../kit/suite.ts'

const ENDPOINT = parseEndpoint('http://127.0.0.1:8080/base')

function hop(status: number, location: string, from = { method: 'POST', path: '/base/a/b?c=d' }) {
  return nextHop({ status, location }, from, ENDPOINT)
}

describe('redirects', (test) => {
  test('are these statuses', () => {
    const statuses = Array.from({ length: 500 }, (_, index) => 100 + index).filter(isRedirect)

    assert.equal(statuses, [301, 302, 303, 307, 308])
  })

  test('lead to absolute and relative places', () => {
    const paths = ['/x?y=z#part', 'x', '../x', '?q', 'http://127.0.0.1:8080/far'].map((location) =>
      hop(302, location),
    )

    assert.equal(
      paths.map((next) => 'path' in next && next.path),
      ['/x?y=z', '/base/a/x', '/base/x', '/base/a/b?q', '/far'],
    )
  })

  test('of a POST become GET without a body, or keep both', () => {
    for (const status of [301, 302, 303])
      assert.equal(hop(status, '/x'), { method: 'GET', path: '/x', keepsBody: false })
    for (const status of [307, 308])
      assert.equal(hop(status, '/x'), { method: 'POST', path: '/x', keepsBody: true })
  })

  test('of any other method keep it and its body, but for 303', () => {
    for (const method of ['PUT', 'DELETE', 'OPTIONS', 'PATCH', 'GET']) {
      const from = { method, path: '/' }
      for (const status of [301, 302, 307, 308])
        assert.equal(hop(status, '/x', from), { method, path: '/x', keepsBody: true }, `${method} ${status}`)
      assert.equal(hop(303, '/x', from), { method: 'GET', path: '/x', keepsBody: false })
    }
    assert.equal(hop(303, '/x', { method: 'HEAD', path: '/' }), {
      method: 'HEAD',
      path: '/x',
      keepsBody: false,
    })
  })

  test('name places in any script', () => {
    assert.equal(hop(307, '/café'), { method: 'POST', path: '/caf%C3%A9', keepsBody: true })
  })

  test('never leave the origin of the target', () => {
    const outside = [
      'http://evil.example/',
      '//evil.example/',
      'https://127.0.0.1:8080/',
      'http://127.0.0.1:81/',
      'javascript:1',
      'blob:http://127.0.0.1:8080/x y',
    ]
    for (const location of outside) {
      const next = hop(302, location)
      assert.ok('kind' in next && next.kind === 'protocol', location)
    }
  })

  test('to nowhere are refused', () => {
    assert.ok('kind' in hop(302, 'http://['))
  })
})
