import * as assert from 'uvu/assert'
import { BATCHES, ESCALATIONS, OPERATIONS } from '../../../harness/targets/sandbox/catalogue.ts'
import { createRouteTable } from '../../../harness/targets/sandbox/routes.ts'
import { describe } from '../../kit/suite.ts'

const table = createRouteTable()

function componentsAt(path: string): string[] {
  return table.find(path)?.route.parts.map((part) => part.component) ?? []
}

describe('the route table', (test) => {
  test('finds every operation, expert and batch under its path', () => {
    for (const operation of OPERATIONS) {
      const found = table.find(operation.path)
      assert.equal([found?.route.name, found?.route.method], [operation.name, operation.method])
    }
    for (const { kind, path } of ESCALATIONS) assert.is(table.find(path)?.route.name, kind)
    for (const { name, path } of BATCHES) assert.is(table.find(path)?.route.name, name)
  })

  test('sends each class through its components, in order', () => {
    assert.equal(componentsAt('/items'), ['policy', 'filesystem', 'event-store'])
    assert.equal(componentsAt('/operations/tool-call'), ['policy', 'llm', 'filesystem', 'event-store'])
    assert.equal(componentsAt('/operations/policy-publish'), [
      'policy',
      'llm',
      'expert',
      'filesystem',
      'event-store',
    ])
    assert.equal(componentsAt('/escalations/security-review'), ['expert'])
    assert.equal(componentsAt('/batches/index-rebuild'), ['batch'])
  })

  test('has every component of a complex operation by itself', () => {
    for (const component of ['policy', 'llm', 'expert', 'filesystem', 'event-store'])
      assert.equal(componentsAt(`/components/${component}`), [component])
    assert.is(table.find('/components/batch'), null)
  })

  test('gives every drawn part a stream of its own', () => {
    const keys = table.routes.flatMap((route) => route.parts.map((part) => part.key))
    assert.is(new Set(keys).size, keys.length)
  })

  test('hands over the variable part of a path', () => {
    assert.is(table.find('/items/42')?.parameter, '42')
    assert.is(table.find('/cart/7/pay')?.parameter, '7')
    assert.is(table.find('/items')?.parameter, '')
  })

  test('finds nothing elsewhere', () => {
    for (const path of ['/', '/items/', '/items/4/2', '/cart/7', '/operations', '/operations/nope'])
      assert.is(table.find(path), null, path)
  })
})
