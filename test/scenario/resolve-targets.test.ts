import * as assert from 'uvu/assert'
import type { Problem } from '../../harness/base/errors.ts'
import { resolveTargets } from '../../harness/scenario/resolve-targets.ts'
import { targets } from '../../harness/targets/index.ts'
import { describe } from '../kit/suite.ts'

const url = 'http://127.0.0.1:1'
const http = { plugin: 'http', config: { url } }

function resolved(document: Parameters<typeof resolveTargets>[0]) {
  const problems: Problem[] = []
  return { targets: resolveTargets(document, problems), problems }
}

describe('resolveTargets', (test) => {
  test('calls the one target main, and fills in what its plugin has for defaults', () => {
    const { targets, problems } = resolved({ target: http })

    assert.equal(problems, [])
    assert.equal(Object.keys(targets), ['main'])
    assert.is(targets['main']?.config['followRedirects'], 0)
  })

  test('takes several by name, besides the one', () => {
    const { targets } = resolved({ target: http, targets: { store: { plugin: 'sandbox', config: {} } } })

    assert.equal(Object.keys(targets).sort(), ['main', 'store'])
  })

  test('needs one', () => {
    assert.is(resolved({}).problems[0]?.message, 'there is no target')
    assert.is(resolved({ targets: {} }).problems.length, 1)
  })

  test('does not choose between two that are called the same', () => {
    assert.is(resolved({ target: http, targets: { main: http } }).problems[0]?.path, 'targets.main')
  })

  test('names the nearest plugin to one that does not exist', () => {
    const { problems } = resolved({ targets: { api: { plugin: 'htpp', config: {} } } })

    assert.equal(problems, [
      {
        path: 'targets.api.plugin',
        message: "there is no target plugin 'htpp'",
        expected: `one of ${targets.names.join(', ')}`,
        nearest: 'http',
      },
    ])
  })

  test('finds what is wrong with a configuration where it stands', () => {
    const { problems } = resolved({ target: { plugin: 'http', config: { url, folowRedirects: 2 } } })

    assert.equal(
      [problems[0]?.path, problems[0]?.nearest],
      ['target.config.folowRedirects', 'followRedirects'],
    )
    assert.is(
      resolved({ target: { plugin: 'http', config: { url: 'ftp://x' } } }).problems[0]?.path,
      'target.config.url',
    )
  })

  test('knows code by its place, and takes no text for it', () => {
    const handler = { $code: 'target.config.handler' }

    assert.equal(resolved({ target: { plugin: 'function', config: { handler } } }), {
      targets: { main: { plugin: 'function', config: { handler } } },
      problems: [],
    })
    const [problem] = resolved({ target: { plugin: 'function', config: { handler: 'x' } } }).problems
    assert.is(problem?.path, 'target.config.handler')
  })
})
