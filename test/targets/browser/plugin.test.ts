import * as assert from 'uvu/assert'
import { browserPlugin } from '../../../harness/targets/browser/index.ts'
import { describe } from '../../kit/suite.ts'

describe('The browser plugin', (test) => {
  const preflight = (config: Readonly<Record<string, unknown>>, agents: number) =>
    browserPlugin.preflight?.(
      browserPlugin.configSchema.parse({ url: 'http://127.0.0.1:1', executable: '/bin/true', ...config }),
      {
        agents,
        connections: null,
      },
    )

  test('refuses more agents than the machine carries, unless the author says so', async () => {
    const [finding] = (await preflight({}, 10_000)) ?? []
    assert.is(finding?.level, 'blocked')
    assert.match(finding?.hint ?? '', /at most \d+ agents/)
    assert.equal(await preflight({ oversubscribe: true }, 10_000), [])
    assert.equal(await preflight({}, 1), [])
  })

  test('names acts as people do', () => {
    const name = (request: Readonly<Record<string, unknown>>) =>
      browserPlugin.nameOf(browserPlugin.requestSchema.parse(request))
    assert.equal(
      [name({ goto: '/items/7?x=1' }), name({ click: 'text=Pay' }), name({ press: { key: 'Enter' } })],
      ['goto /items/:id', 'click text=Pay', 'press Enter'],
    )
  })

  test('sends load to the hosts that it names', () => {
    const config = browserPlugin.configSchema.parse({ url: 'http://shop.test:80', hosts: ['cdn.test'] })
    assert.equal(browserPlugin.hostsOf(config), ['shop.test', 'cdn.test'])
  })
})
