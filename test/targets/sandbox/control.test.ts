import * as assert from 'uvu/assert'
import { putFaults, truthOf, visit, withSandbox } from '../../kit/sandbox.ts'
import { describe } from '../../kit/suite.ts'

describe('the control routes', (test) => {
  test('put faults in force, show them and take them away', () =>
    withSandbox({}, async ({ url }) => {
      const faults = { fixed: { ms: 3 }, errors: { ratio: 1, status: 503 } }

      assert.equal(JSON.parse((await putFaults(url, faults)).body), faults)
      assert.equal(JSON.parse((await visit(`${url}/__faults`)).body), faults)
      assert.is((await visit(`${url}/items`)).status, 503)
      assert.equal(JSON.parse((await visit(`${url}/__faults`, 'DELETE')).body), {})
      assert.is((await visit(`${url}/items`)).status, 200)
    }))

  test('replace all faults at once', () =>
    withSandbox({ faults: { errors: { ratio: 1, status: 500 } } }, async ({ url }) => {
      await putFaults(url, { fixed: { ms: 0 } })
      assert.is((await visit(`${url}/items`)).status, 200)
    }))

  test('refuse bad faults with every problem and its path, keeping those before', () =>
    withSandbox({ faults: { fixed: { ms: 1 } } }, async ({ url }) => {
      const answer = await visit(
        `${url}/__faults`,
        'PUT',
        '{"slow":{"factor":-1},"errors":{"ratio":2,"status":503}}',
      )
      const { problems, hint } = JSON.parse(answer.body) as { problems: { path: string }[]; hint: string }

      assert.is(answer.status, 400)
      assert.equal(problems.map((problem) => problem.path).sort(), ['errors.ratio', 'slow.factor'])
      assert.match(hint, /Known: slow, errors, stall, fixed, law, refuse, reset, leak\./)
      assert.equal(JSON.parse((await visit(`${url}/__faults`)).body), { fixed: { ms: 1 } })
    }))

  test('refuse faults that are not JSON, or too long', () =>
    withSandbox({}, async ({ url }) => {
      assert.is((await visit(`${url}/__faults`, 'PUT', 'slow')).status, 400)
      assert.is((await visit(`${url}/__faults`, 'PUT', ' '.repeat(70_000))).status, 413)
    }))

  test('answer 404 for what they do not know', () =>
    withSandbox({}, async ({ url }) => {
      assert.is((await visit(`${url}/__nope`)).status, 404)
      assert.is((await visit(`${url}/__truth`, 'POST')).status, 404)
    }))

  test('reset the truth, and never count in it', () =>
    withSandbox({}, async ({ url }) => {
      await visit(`${url}/health`)
      assert.is((await truthOf(url)).total.count, 1)
      assert.is((await visit(`${url}/__truth`, 'DELETE')).status, 200)
      await putFaults(url, {})
      assert.is((await truthOf(url)).total.count, 0)
    }))
})
