import * as assert from 'uvu/assert'
import { IMPORT_FORMATS } from '../../../harness/scenario/importers/index.ts'
import { imported } from '../../kit/imports.ts'
import { harnessErrorOf } from '../../kit/scenario-documents.ts'
import { describe } from '../../kit/suite.ts'

function messageOf(text: string, from?: string): string {
  try {
    imported(text, from)
  } catch (error) {
    return harnessErrorOf(error, 'IMPORT_INVALID').message
  }
  return assert.unreachable('it was imported') as never
}

const HAR = JSON.stringify({
  log: { version: '1.2', entries: [{ request: { method: 'GET', url: 'http://a.example/' } }] },
})

describe('A file that cannot be imported', (test) => {
  test('is told what is wrong with it', () => {
    for (const [text, problem] of [
      ['', 'is empty'],
      [' \n ', 'is empty'],
      ['just some words', 'is of no format'],
      ['{"a": 1}', 'is of no format'],
      [HAR.slice(0, -20), 'ends in the middle of its JSON'],
      ['{"log": {"entries": [1 2]}}', 'is not valid JSON'],
      ['{"log":{"entries":[]}}', 'holds no request'],
      ['{"log":{"entries":{}}}', 'log.entries is not a list'],
      ['{"swagger":"2.0","paths":{}}', 'is Swagger 2.0'],
      ['openapi: 4.0.0\npaths: {}\n', 'is OpenAPI 4.0.0'],
      ['openapi: 3.1.0\npaths: {}\n', 'has no operation'],
      ['openapi: 3.1.0\npaths: [\n', 'is not valid YAML: line'],
      [
        '{"info":{"schema":"https://schema.getpostman.com/json/collection/v1.0.0/collection.json"},"item":[]}',
        'of the version',
      ],
      ['{"id":"x","requests":[],"order":[]}', 'version 1'],
      ['{"_postman_variable_scope":"environment","values":[]}', 'is an environment of Postman'],
      ['{"_type":"export","__export_format":4,"resources":[]}', 'holds no request'],
      ['config: {target: x}\nscenarios: []\n', 'has no scenario'],
      ['<?xml version="1.0"?><a></b>', 'is not valid XML: line 1'],
      ['<?xml version="1.0"?><html/>', 'no plan of JMeter'],
      ['<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "y">]><jmeterTestPlan/>', 'document type'],
      ['<jmeterTestPlan><hashTree/></jmeterTestPlan>', 'no enabled HTTP sampler'],
      ["import http from 'k6/http'\nexport default function ( {", 'cannot be read as a script'],
      ["import http from 'k6/http'\nexport default function () {}", 'holds no request over HTTP'],
      ['curl --nonsense http://a.example/', 'that can be sent'],
    ] as const)
      assert.match(messageOf(text), problem, text)
  })

  test('is told so whatever format it is said to be', () => {
    for (const from of IMPORT_FORMATS) assert.ok(messageOf('{"a": 1}', from).length > 0, from)
  })

  test('ends in an error also when it is deep or goes round', () => {
    const deep = '['.repeat(200_000)
    assert.match(messageOf(`{"log":{"entries":${deep}`), 'JSON')
    assert.match(messageOf(`<jmeterTestPlan>${'<a>'.repeat(1000)}`), 'levels')
    assert.match(messageOf('a: &a [*a]\nopenapi: 3.0.0\npaths: *b\n'), 'YAML')
    const { yaml } = imported(
      JSON.stringify({
        openapi: '3.0.0',
        paths: {
          '/a': { post: { requestBody: { content: { 'application/json': { schema: { $ref: '#/x' } } } } } },
        },
        x: { type: 'object', properties: { again: { $ref: '#/x' }, turn: { $ref: '#/y' } } },
        y: { $ref: '#/y' },
      }),
    )
    assert.match(yaml, 'again')
  })
})

describe('OpenAPI', (test) => {
  const document = (paths: object, more: object = {}) =>
    JSON.stringify({
      openapi: '3.1.0',
      info: { title: 'Pets' },
      servers: [{ url: 'https://pets.example/v1/' }],
      paths,
      ...more,
    })
  const answer = (properties: object) => ({
    201: { description: '', content: { 'application/json': { schema: { type: 'object', properties } } } },
  })

  test('becomes a journey for each tag, in which what was made is asked for and removed', () => {
    const { written } = imported(
      document({
        '/pets/{petId}': {
          parameters: [{ name: 'petId', in: 'path', required: true, schema: { type: 'integer' } }],
          delete: { tags: ['pets'], responses: { 204: { description: '' } } },
          get: { tags: ['pets'], responses: { '2XX': { description: '' } } },
        },
        '/pets': { post: { tags: ['pets'], responses: answer({ id: { type: 'integer' } }) } },
        '/health': { get: { responses: { 200: { description: '' } } } },
      }),
    )

    assert.equal(
      written.journeys['pets']?.steps.map(({ request: { method, path }, extract, expect }) => ({
        method,
        path,
        extract,
        expect,
      })),
      [
        {
          method: 'POST',
          path: '/pets',
          extract: { petId: 'json:id' },
          expect: { status: 201, header: { 'content-type': 'json' } },
        },
        { method: 'GET', path: '/pets/{{petId}}', extract: undefined, expect: { status: '2xx' } },
        { method: 'DELETE', path: '/pets/{{petId}}', extract: undefined, expect: { status: 204 } },
      ],
    )
    assert.is(written.journeys['pets']?.weight, 3)
    assert.is(written.target?.config['url'], 'https://pets.example/v1')
  })

  test('fills parameters and bodies with examples, or by the laws of their schemas', () => {
    const { written, steps, report } = imported(
      document(
        {
          '/pets/{id}': {
            put: {
              parameters: [
                { name: 'id', in: 'path', required: true, schema: { type: 'integer', maximum: 500 } },
                { name: 'kind', in: 'query', required: true, schema: { enum: ['cat', 'dog'] } },
                { name: 'limit', in: 'query', schema: { type: 'integer' } },
                { name: 'X-Shop', in: 'header', required: true, example: 'north' },
              ],
              requestBody: {
                content: { 'application/json': { schema: { $ref: '#/components/schemas/Pet' } } },
              },
              responses: {},
            },
          },
        },
        {
          components: {
            schemas: {
              Pet: {
                type: 'object',
                required: ['name', 'born', 'weight'],
                properties: {
                  name: { type: 'string', maxLength: 9 },
                  born: { type: ['string', 'null'], format: 'date' },
                  weight: { type: 'number', minimum: 2 },
                  note: { type: 'string' },
                },
              },
            },
          },
        },
      ),
    )

    assert.is(steps[0]?.request.path, '/pets/{{made.id}}?kind={{kind.value}}')
    assert.equal(steps[0]?.request['json'], { name: '{{made.name}}', born: '2026-01-15', weight: 2 })
    assert.equal(steps[0]?.request['headers'], { 'x-shop': 'north' })
    assert.equal(written.data, {
      kind: { mode: 'random', rows: [{ value: 'cat' }, { value: 'dog' }] },
      made: { generate: { id: { law: 'uniform', max: 500 }, name: { law: 'value', bytes: [6, 9] } } },
    })
    assert.match(report.losses.join('\n'), 'PUT /pets/{id} limit')
  })

  test('takes what proves who asks from the environment', () => {
    const { steps, report } = imported(
      document(
        {
          '/a': {
            get: { responses: {} },
            post: { security: [{ key: [] }], responses: {} },
            put: { security: [], responses: {} },
          },
        },
        {
          security: [{ bearer: [] }],
          components: {
            securitySchemes: {
              bearer: { type: 'http', scheme: 'bearer' },
              key: { type: 'apiKey', in: 'query', name: 'api_key' },
            },
          },
        },
      ),
    )

    const sent = Object.fromEntries(steps.map(({ request }) => [request.method, request]))
    assert.equal(sent['GET']?.['headers'], { authorization: 'Bearer {{secret.API_TOKEN}}' })
    assert.is(sent['POST']?.path, '/a?api_key={{secret.API_KEY}}')
    assert.is(sent['PUT']?.['headers'], undefined)
    assert.equal(report.secrets.map(([name]) => name).sort(), ['API_KEY', 'API_TOKEN'])
  })
})

describe('Commands of curl', (test) => {
  test('become steps in their order, however they are broken into lines', () => {
    const { steps, report } = imported(`# orders
curl https://shop.example/items
$ curl -X POST https://shop.example/orders \\
  -H "Authorization: Bearer $API_TOKEN" \\
  -H 'X-Shop: 1' --json '{"item": 1}' | jq .id
curl -F file=@x https://shop.example/upload
curl -d 'a=1
2' https://shop.example/form > out.txt
`)
    assert.equal(
      steps.map(({ request }) => [request.method, request.path]),
      [
        ['GET', '/items'],
        ['POST', '/orders'],
        ['POST', '/form'],
      ],
    )
    assert.equal(steps[1]?.request['json'], { item: 1 })
    assert.equal(steps[1]?.request['headers'], {
      authorization: 'Bearer {{secret.API_TOKEN}}',
      'x-shop': '1',
      accept: 'application/json',
    })
    assert.equal(
      report.secrets.map(([name]) => name),
      ['API_TOKEN'],
    )
    assert.match(report.losses.join('\n'), '-F is not supported: line 6')
  })

  test('read no file that lies elsewhere', () => {
    const { report } = imported(
      'curl http://a.example/\ncurl -d @/etc/passwd http://a.example/\ncurl -d @../x http://a.example/',
    )
    assert.match(
      report.losses.join('\n'),
      'a body from a file that does not lie beside the commands: line 2, line 3',
    )
  })
})

describe('An access log', (test) => {
  const line = (second: number, path: string, { method = 'GET', status = 200 } = {}) =>
    `10.0.0.1 - - [17/May/2026:08:05:${String(second).padStart(2, '0')} +0000] "${method} ${path} HTTP/1.1" ${status} 12 "-" "agent"`

  test('becomes journeys by kind of path, as often as they were asked', () => {
    const lines = Array.from({ length: 40 }, (_, i) => line(i, `/items/${i % 4}`))
    const { written, report } = imported(
      [
        ...lines,
        line(41, '/cart?token=abc123'),
        line(42, '/a.png'),
        line(43, '/gone', { status: 404 }),
        line(44, '/pay', { method: 'POST' }),
        'nonsense',
      ].join('\n'),
    )

    assert.equal(Object.keys(written.journeys), ['items-id', 'cart'])
    assert.is(written.journeys['items-id']?.weight, 40)
    assert.equal(written.journeys['items-id']?.steps, [
      { request: { method: 'GET', path: '{{items-id.path}}' }, step: 'GET /items/:id' },
    ])
    const rows = written.data?.['items-id']?.['rows'] as readonly { readonly path: string }[] | undefined
    assert.is(new Set(rows?.map(({ path }) => path)).size, 4)
    assert.is(written.journeys['cart']?.steps[0]?.request.path, '/cart?token={{secret.TOKEN}}')
    for (const loss of [
      'static files: images',
      'GET /gone',
      'POST /pay',
      'lines that are none of a log: line 45',
    ])
      assert.match(report.losses.join('\n'), loss)
  })

  test('keeps the shape of its arrivals: two thirds of them in its second half', () => {
    const seconds = Array.from({ length: 600 }, (_, i) =>
      i < 200 ? (i * 30) / 200 : 30 + ((i - 200) * 29) / 400,
    )
    const lines = seconds.map((second) => line(Math.floor(second), '/a'))
    const { written } = imported(lines.join('\n'))
    const { curve, arrivals } = written.workload as unknown as {
      curve: { values: number[]; stepMs: number }
      arrivals: string
    }
    const sums = [curve.values.slice(0, 10), curve.values.slice(10)].map((half) =>
      half.reduce((sum, value) => sum + value, 0),
    )
    assert.is(arrivals, 'poisson')
    assert.is(Math.round((sums[0] as number) * (curve.stepMs / 1000)) > 150, true)
    assert.is((sums[1] as number) > 1.7 * (sums[0] as number), true)
  })

  test('is read as JSON of nginx and Caddy, too', () => {
    const { written } = imported(
      [
        '{"time":"17/May/2026:08:05:32 +0000","request":"GET /a HTTP/1.1","response":200}',
        '{"ts":1779005133.5,"request":{"method":"GET","uri":"/b?x=1"},"status":200}',
        '{"time_iso8601":"2026-05-17T08:05:34+00:00","request_method":"GET","request_uri":"/c","status":"200"}',
      ].join('\n'),
    )
    assert.equal(
      Object.values(written.journeys).map(({ steps }) => steps[0]?.request.path),
      ['/a', '/b?x=1', '/c'],
    )
  })
})

describe('Collections', (test) => {
  test('of Postman become journeys by folder, with their variables, proofs and simple scripts', () => {
    const { written, report } = imported(
      JSON.stringify({
        info: {
          name: 'Shop',
          schema: 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json',
        },
        variable: [{ key: 'base', value: 'https://shop.example' }],
        auth: { type: 'bearer', bearer: [{ key: 'token', value: '{{token}}' }] },
        item: [
          {
            name: 'Log in',
            request: {
              method: 'POST',
              auth: { type: 'noauth' },
              url: { raw: '{{base}}/login' },
              body: {
                mode: 'raw',
                raw: '{"user":"{{user}}","password":"pw-123456"}',
                options: { raw: { language: 'json' } },
              },
            },
            event: [
              {
                listen: 'test',
                script: {
                  exec: [
                    "pm.test('ok', () => { pm.response.to.have.status(200) })",
                    'const body = pm.response.json()',
                    "pm.environment.set('token', body.auth.token)",
                    "pm.environment.set('now', Date.now())",
                  ],
                },
              },
            ],
          },
          {
            name: 'Orders',
            item: [
              {
                name: 'One',
                request: {
                  method: 'GET',
                  url: {
                    raw: '{{base}}/orders/:id?all=1',
                    variable: [{ key: 'id', value: '7' }],
                    query: [{ key: 'all', value: '1', disabled: true }],
                  },
                },
              },
            ],
          },
        ],
      }),
    )

    const [login] = written.journeys['shop']?.steps ?? []
    assert.equal(login?.request['json'], { user: '{{vars.user}}', password: '{{secret.PASSWORD}}' })
    assert.equal(login?.extract, { token: 'json:auth.token' })
    assert.equal(login?.expect, { status: 200 })
    assert.equal(written.journeys['orders']?.steps[0]?.request, {
      method: 'GET',
      path: '/orders/7',
      headers: { authorization: 'Bearer {{token}}' },
    })
    // The other folder needs what it brings.
    assert.equal(
      written.login?.steps.map(({ step }) => step),
      ['Log in'],
    )
    assert.match(report.losses.join('\n'), 'variables that scripts compute: now')
    assert.match(report.notes.join('\n'), 'fill in data.vars')
  })

  test('of Insomnia are read in both versions', () => {
    const v4 = JSON.stringify({
      _type: 'export',
      __export_format: 4,
      resources: [
        { _id: 'e', _type: 'environment', data: { base: 'https://shop.example', deep: { id: 5 } } },
        { _id: 'f', _type: 'request_group', name: 'Items' },
        {
          _id: 'r',
          parentId: 'f',
          _type: 'request',
          name: 'Item',
          method: 'PUT',
          url: '{{ _.base }}/items/{{ _.deep.id }}',
          body: { mimeType: 'application/json', text: '{"a":1}' },
          headers: [
            { name: 'X-A', value: '1' },
            { name: 'X-B', value: '2', disabled: true },
          ],
          parameters: [{ name: 'q', value: 'x y' }],
          authentication: { type: 'basic', username: 'ann', password: 'pw-654321' },
        },
      ],
    })
    const v5 =
      'type: collection.insomnia.rest/5.0\nname: Shop\ncollection:\n  - name: Items\n    children:\n      - { name: All, url: "https://shop.example/items", method: GET }\n'

    assert.equal(imported(v4).steps[0]?.request, {
      method: 'PUT',
      path: '/items/5?q=x%20y',
      headers: { 'x-a': '1', authorization: 'Basic {{secret.BASIC_CREDENTIALS}}' },
      json: { a: 1 },
      followRedirects: 10,
    })
    assert.equal(imported(v5).steps[0]?.request.path, '/items')
  })
})

describe('A script of k6', (test) => {
  const script = (body: string, options = '{ vus: 20, duration: "1m" }') => `
import http from 'k6/http'
import { check, group, sleep } from 'k6'
export const options = ${options}
const BASE = __ENV.BASE || 'https://shop.example'
export default function () {
${body}
}`

  test('gives its requests, checks, pauses and extractions', () => {
    const { steps, written } = imported(
      script(`
  const params = { headers: { 'Content-Type': 'application/json', 'X-Shop': '1' }, tags: { name: 'log in' } }
  const login = http.post(\`\${BASE}/login\`, JSON.stringify({ user: 'ann', n: 1 }), params)
  check(login, { 'is 200': (r) => r.status === 200, 'has it': (r) => r.body.includes('welcome') })
  sleep(1)
  group('shop', () => {
    const { token } = login.json()
    http.get(BASE + '/orders?user=' + __VU, { headers: { Authorization: 'Bearer ' + token } })
  })
  for (let i = 0; i < 2; i++) http.del(\`\${BASE}/orders/\${i}\`)
`),
    )

    assert.equal(steps[0], {
      request: { method: 'POST', path: '/login', headers: { 'x-shop': '1' }, json: { user: 'ann', n: 1 } },
      step: 'log in',
      expect: { status: 200, body: { contains: 'welcome' } },
      extract: { token: 'json:token' },
    })
    assert.is(steps[1]?.think, '1s')
    assert.equal(steps[2]?.request, {
      method: 'GET',
      path: '/orders?user={{agent.id}}',
      headers: { authorization: 'Bearer {{token}}' },
    })
    assert.equal(
      steps.slice(3).map(({ request }) => [request.method, request.path]),
      [
        ['DELETE', '/orders/0'],
        ['DELETE', '/orders/1'],
      ],
    )
    assert.equal(written.workload, { pattern: 'constant-agents', agents: 20, duration: '1m' })
  })

  test('gives its load and its thresholds', () => {
    const ramp = imported(
      script(
        'http.get(BASE)',
        '{ stages: [{ duration: "30s", target: 10 }, { duration: "1m", target: 10 }] }',
      ),
    ).written.workload
    assert.equal(ramp, {
      pattern: 'curve',
      model: 'closed',
      curve: {
        kind: 'sequence',
        parts: [
          { kind: 'ramp', from: 1, to: 10, durationMs: 30000 },
          { kind: 'constant', value: 10, durationMs: 60000 },
        ],
      },
    })
    const { written, report } = imported(
      script(
        'http.get(BASE, { tags: { name: "home" } })',
        `{
        scenarios: { a: { executor: 'constant-arrival-rate', rate: 300, timeUnit: '1m', duration: '2m', preAllocatedVUs: 5 } },
        thresholds: { http_req_duration: ['p(95)<500', 'avg<200'], http_req_failed: ['rate<0.01'], checks: ['rate>0.9'], 'http_req_duration{name:home}': ['max<900'], 'http_req_duration{name:else}': ['max<9'], mine: ['count<3'] },
      }`,
      ),
    )
    assert.equal(written.workload, { pattern: 'constant-rate', rate: '5/s', duration: '2m', agents: 5 })
    assert.equal(written.objectives, [
      'p95(service_time) < 500ms',
      'mean(service_time) < 200ms',
      'error_ratio < 1%',
      'failed_ratio < 10%',
      'max(service_time{step=home}) < 900ms',
    ])
    assert.match(report.losses.join('\n'), 'mine: count<3')
    assert.match(report.losses.join('\n'), 'step=else')
  })

  test('has several scenarios of k6 side by side, each with its begin and its function', () => {
    const { written, report } = imported(
      `import http from 'k6/http'
export const options = { scenarios: {
  look: { executor: 'constant-arrival-rate', rate: 20, duration: '1m', exec: 'browse' },
  'at night': { executor: 'constant-vus', vus: 3, duration: '30s', startTime: '1m', exec: 'stock' },
  lost: { executor: 'externally-controlled' },
} }
export function browse() { http.get('http://127.0.0.1:8080/') }
export function stock() { http.get('http://127.0.0.1:8080/stock') }
`,
    )
    assert.equal(written['workloads' as never], {
      look: { pattern: 'constant-rate', rate: '20/s', duration: '1m', journeys: ['browse'] },
      'at-night': {
        pattern: 'constant-agents',
        agents: 3,
        duration: '30s',
        start: '1m',
        journeys: ['stock'],
      },
    })
    assert.not('workload' in written)
    assert.match(report.losses.join('\n'), 'externally-controlled')
  })

  test('is read, and never run', () => {
    const { steps } = imported(script('globalThis.wasRun = true\nprocess.exit(3)\nhttp.get(BASE + "/a")'))
    assert.is(steps[0]?.request.path, '/a')
    assert.is((globalThis as { wasRun?: boolean }).wasRun, undefined)
  })

  test('ends also where it goes round and round', () => {
    const { steps } = imported(
      script(
        'const again = () => { http.get(BASE + "/a"); again(); again() }\nagain()\nwhile (true) http.get(BASE + "/b")',
      ),
    )
    assert.ok(steps.length > 1 && steps.length < 200, `${steps.length}`)
  })
})

describe('A script of Artillery', (test) => {
  test('gives its phases, flows, captures and bounds', () => {
    const { written, steps } = imported(`
config:
  target: "https://shop.example"
  phases:
    - { duration: 60, arrivalRate: 5, rampTo: 20, name: warm up }
    - { duration: 2min, arrivalRate: 20 }
  variables: { city: [Oslo, Rome] }
  defaults: { headers: { x-shop: "1" } }
  plugins: { ensure: { thresholds: [{ http.response_time.p95: 250 }, { other: 1 }], maxErrorRate: 1 } }
scenarios:
  - name: buy
    flow:
      - post:
          url: "/carts"
          json: { city: "{{ city }}" }
          capture: { json: "$.id", as: cart }
          expect: [{ statusCode: 201 }]
      - think: 2
      - loop: [{ get: { url: "/carts/{{ cart }}" } }]
        count: 2
`)
    assert.equal(
      steps.map(({ think, request }) => think ?? request.path),
      ['/carts', '2s', '/carts/{{cart}}', '/carts/{{cart}}'],
    )
    assert.equal(steps[0]?.extract, { cart: 'json:$.id' })
    assert.equal(steps[0]?.expect, { status: 201 })
    assert.equal(steps[0]?.request['json'], { city: '{{city.value}}' })
    assert.equal(written.workload['curve'], {
      kind: 'sequence',
      parts: [
        { kind: 'ramp', from: 5, to: 20, durationMs: 60000 },
        { kind: 'constant', value: 20, durationMs: 120000 },
      ],
    })
    assert.equal(written.objectives, ['p95(response_time) < 250ms', 'error_ratio < 1%'])
  })
})

describe('A plan of JMeter', (test) => {
  const property = (name: string, value: string | number) =>
    `<stringProp name="${name}">${value}</stringProp>`
  const sampler = (name: string, path: string, more = '') =>
    `<HTTPSamplerProxy testname="${name}" enabled="true">${property('HTTPSampler.path', path)}${more}</HTTPSamplerProxy>`

  test('gives its samplers with their defaults, extractors, assertions and timers', () => {
    const { written, steps, report } = imported(`<?xml version="1.0" encoding="UTF-8"?>
<jmeterTestPlan version="1.2"><hashTree><TestPlan testname="Shop"/><hashTree>
  <Arguments testname="vars"><collectionProp name="Arguments.arguments"><elementProp name="host">${property('Argument.name', 'host')}${property('Argument.value', 'shop.example')}</elementProp></collectionProp></Arguments><hashTree/>
  <ThreadGroup testname="Users">${property('ThreadGroup.num_threads', 30)}${property('ThreadGroup.ramp_time', 10)}<boolProp name="ThreadGroup.scheduler">true</boolProp>${property('ThreadGroup.duration', 60)}</ThreadGroup>
  <hashTree>
    <ConfigTestElement testname="defaults">${property('HTTPSampler.domain', '$' + '{host}')}${property('HTTPSampler.protocol', 'https')}</ConfigTestElement><hashTree/>
    <HeaderManager testname="h"><collectionProp name="HeaderManager.headers"><elementProp name="">${property('Header.name', 'X-Shop')}${property('Header.value', '1')}</elementProp></collectionProp></HeaderManager><hashTree/>
    ${sampler('Log in', '/login', `${property('HTTPSampler.method', 'POST')}<elementProp name="HTTPsampler.Arguments"><collectionProp name="Arguments.arguments"><elementProp name="u">${property('Argument.name', 'user')}${property('Argument.value', 'ann &amp; bob')}</elementProp></collectionProp></elementProp>`)}
    <hashTree>
      <RegexExtractor testname="t">${property('RegexExtractor.refname', 'token')}${property('RegexExtractor.regex', 't=(\\w+)')}</RegexExtractor><hashTree/>
      <ResponseAssertion testname="a"><collectionProp name="Asserion.test_strings"><stringProp name="1">200</stringProp></collectionProp>${property('Assertion.test_field', 'Assertion.response_code')}<intProp name="Assertion.test_type">8</intProp></ResponseAssertion><hashTree/>
    </hashTree>
    <LoopController testname="twice">${property('LoopController.loops', 2)}</LoopController><hashTree>
      ${sampler('Item', '/items/$' + '{token}')}<hashTree><UniformRandomTimer testname="w">${property('ConstantTimer.delay', 1000)}${property('RandomTimer.range', 500)}</UniformRandomTimer><hashTree/></hashTree>
    </hashTree>
    ${sampler('Off', '/off').replace('enabled="true"', 'enabled="false"')}<hashTree/>
  </hashTree></hashTree></hashTree></jmeterTestPlan>`)

    assert.equal(
      steps.map(({ think, request }) => think ?? request.path),
      ['/login', '1s..1.5s', '/items/{{token}}', '1s..1.5s', '/items/{{token}}'],
    )
    assert.equal(steps[0], {
      request: { method: 'POST', path: '/login', form: { user: 'ann & bob' } },
      step: 'Log in',
      expect: { status: 200 },
      extract: { token: 'regex:t=(\\w+)' },
    })
    assert.equal(written.target?.config, { url: 'https://shop.example', headers: { 'x-shop': '1' } })
    assert.equal(written.workload['curve'], {
      kind: 'sequence',
      parts: [
        { kind: 'ramp', from: 0, to: 30, durationMs: 10000 },
        { kind: 'constant', value: 30, durationMs: 50000 },
      ],
    })
    assert.match(report.losses.join('\n'), 'elements that are disabled: Off')
  })
})
