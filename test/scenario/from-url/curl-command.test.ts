import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { readCurlCommand } from '../../../harness/scenario/from-url/curl-command.ts'
import { shellWords } from '../../../harness/scenario/from-url/shell-words.ts'
import { withFolder } from '../../kit/file-system.ts'
import { harnessErrorOf } from '../../kit/scenario-documents.ts'
import { describe } from '../../kit/suite.ts'

const PLACE = { cwd: '/', env: {} }
const FORM = 'content-type: application/x-www-form-urlencoded'
const read = (command: string) => readCurlCommand(command, PLACE)

describe('The words of a command', (test) => {
  test('are taken apart as a shell does', () => {
    for (const [text, words] of [
      [`a  b\tc`, ['a', 'b', 'c']],
      [`a 'b c' "d e" f\\ g`, ['a', 'b c', 'd e', 'f g']],
      [`-H'x: y'"z"w`, ['-Hx: yzw']],
      [`a \\\n  b`, ['a', 'b']],
      [`"a \\"b\\" \\$c \\d"`, ['a "b" $c \\d']],
      [`'a\\b'`, ['a\\b']],
      [`$'a\\'b\\n\\u00e9\\x41\\101\\\\'`, ["a'b\néAA\\"]],
      [`'' ""`, ['', '']],
      [`http://h/?a=1#b`, ['http://h/?a=1#b']],
    ] as const)
      assert.equal(shellWords(text), words, text)
  })

  test('are refused where only a shell would understand them', () => {
    for (const text of ['a | b', 'a; b', 'a `b`', 'a $(b)', 'a $B', 'a > b', 'a & b', `a 'b`, `a "b`])
      try {
        shellWords(text)
        assert.unreachable(text)
      } catch (error) {
        harnessErrorOf(error, 'USAGE')
      }
  })
})

describe('A command of curl', (test) => {
  test('is read as its manual says', () => {
    for (const [command, urls, flags] of [
      ['curl shop.example', ['http://shop.example'], { header: [] }],
      ['curl -sSL -o /dev/null https://h/a', ['https://h/a'], { header: [], followRedirects: 20 }],
      [
        'curl -XPOST http://h/ -d a=1 -d b=2',
        ['http://h/'],
        { method: 'POST', body: 'a=1&b=2', header: [FORM] },
      ],
      [
        "curl http://h -H 'Content-Type: text/x' -H 'X-Empty;' -H 'Accept:' --data-raw @x",
        ['http://h'],
        {
          body: '@x',
          header: ['Content-Type: text/x', 'X-Empty:'],
        },
      ],
      [
        'curl --json {} http://h',
        ['http://h'],
        {
          body: '{}',
          header: ['accept: application/json', 'content-type: application/json'],
        },
      ],
      [
        'curl -G http://h/?q=1 -d a=1 --data-urlencode "b=2 3"',
        ['http://h/?q=1&a=1&b=2%203'],
        { header: [] },
      ],
      [
        'curl -I -u ada:pw -A me -e http://r -b "s=1" http://h',
        ['http://h'],
        {
          method: 'HEAD',
          user: 'ada:pw',
          header: ['user-agent: me', 'referer: http://r', 'cookie: s=1'],
        },
      ],
      [
        'curl -k --http2 --cacert ca --cert c --key k -m 2.5 --connect-timeout 1 https://h',
        ['https://h'],
        {
          header: [],
          insecure: true,
          http2: true,
          cacert: 'ca',
          cert: 'c',
          key: 'k',
          timeout: '2.5s',
          connectTimeout: '1s',
        },
      ],
      ['curl --resolve h:443:127.0.0.1 https://h', ['https://h'], { header: [], resolve: 'h:443:127.0.0.1' }],
      [
        'curl --connect-to h:443:127.0.0.1:8443 https://h',
        ['https://h'],
        {
          header: [],
          connectTo: '127.0.0.1:8443',
        },
      ],
      [
        'curl --unix-socket /run/x --compressed http://h',
        ['http://h'],
        {
          header: ['accept-encoding: gzip, deflate, br'],
          unixSocket: '/run/x',
        },
      ],
      ['curl http://a http://b', ['http://a', 'http://b'], { header: [] }],
    ] as const)
      assert.equal(read(command), { urls, flags }, command)
  })

  test('may name files with its data', () =>
    withFolder(async (folder) => {
      writeFileSync(join(folder, 'data'), 'a=1\nb=2\n')
      const bodyOf = (flags: string) =>
        readCurlCommand(`curl http://h ${flags}`, { cwd: folder, env: {} }).flags.body

      assert.is(bodyOf('-d @data'), 'a=1b=2')
      assert.is(bodyOf('--data-binary @data'), 'a=1\nb=2\n')
      assert.is(bodyOf('--data-urlencode q@data'), 'q=a%3D1%0Ab%3D2%0A')
    }))

  test('is refused when it is none, or asks for what cannot be sent', () => {
    for (const [command, told] of [
      ['wget http://h', 'begins with wget'],
      ['', 'begins with nothing'],
      ['curl', 'names no URL'],
      ['curl -F a=@b http://h', '-F is not supported'],
      ['curl --proxy http://p http://h', '--proxy is not supported'],
      ['curl -d @/nowhere http://h', '/nowhere cannot be read'],
    ] as const)
      try {
        read(command)
        assert.unreachable(command)
      } catch (error) {
        assert.match(harnessErrorOf(error, 'USAGE').message, told)
      }
  })
})
