/** The description of the interface for programs, in OpenAPI 3.1. */
import * as z from 'zod'
import { serviceRunSchema } from '../../model/service.ts'

const json = (schema: object) => ({ content: { 'application/json': { schema } } })
const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` })
const answer = (description: string, schema?: object) => ({
  description,
  ...(schema === undefined ? {} : json(schema)),
})
const listOf = (key: string, items: object) => ({
  type: 'object',
  properties: { [key]: { type: 'array', items } },
})
const text = { type: 'string' }
const textOrNull = { type: ['string', 'null'] }

const ERRORS = {
  '401': answer('The token is missing or wrong.'),
  '404': answer('There is no such run or scenario.', ref('Error')),
}
const REFUSALS = {
  ...ERRORS,
  '400': answer('The body does not fit.', ref('Error')),
  '503': answer('A run is under way.', ref('Error')),
}
const ID = { name: 'id', in: 'path', required: true, schema: text }
const BODY = { required: true, ...json(ref('RunRequest')) }

const RUN = {
  type: 'object',
  required: ['id', 'scenario', 'by', 'startedAt', 'state'],
  properties: {
    ...{ id: text, scenario: text, by: text, startedAt: text },
    state: { enum: ['running', 'judged', 'failed'] },
    outcome: { enum: ['GO', 'NO_GO', 'INCONCLUSIVE', null] },
    exitCode: { type: ['integer', 'null'] },
    ...{ finishedAt: textOrNull, reason: textOrNull },
  },
}

const PATHS = {
  '/health': {
    get: {
      security: [],
      summary: 'Says whether runs can be started',
      responses: { '200': answer('Yes.'), '503': answer('It is closing.') },
    },
  },
  '/metrics': {
    get: {
      summary: 'Figures of the service for Prometheus',
      responses: { '200': answer('Text of Prometheus.'), '401': ERRORS['401'] },
    },
  },
  '/api/scenarios': {
    get: {
      summary: 'Lists the scenarios that can be started',
      responses: { '200': answer('Their files.', listOf('scenarios', text)) },
    },
  },
  '/api/schedules': {
    get: {
      summary: 'Lists the schedules and what became of them',
      responses: { '200': answer('The schedules.', listOf('schedules', { type: 'object' })) },
    },
  },
  '/api/runs': {
    get: {
      summary: 'Lists the last runs, newest first',
      responses: { '200': answer('The runs.', listOf('runs', ref('Run'))) },
    },
    post: {
      summary: 'Starts a run',
      requestBody: BODY,
      responses: { '202': answer('It begins.', ref('Run')), ...REFUSALS },
    },
  },
  '/api/runs/{id}': {
    get: {
      summary: 'Tells of a run, at once or when it is over',
      parameters: [
        ID,
        {
          name: 'wait',
          in: 'query',
          description: 'Seconds to wait for its end, at most 60',
          schema: { type: 'number' },
        },
      ],
      responses: { '200': answer('The run.', ref('Run')), ...ERRORS },
    },
  },
  '/api/runs/{id}/verdict': {
    get: {
      summary: 'Returns the verdict of a run',
      parameters: [ID],
      responses: {
        '200': answer('verdict.json of the run.', { type: 'object' }),
        ...ERRORS,
        '409': answer('The run is under way.', ref('Error')),
      },
    },
  },
  '/api/runs/{id}/stop': {
    post: {
      summary: 'Ends a run: once, it drains; again, it gives up',
      parameters: [ID],
      responses: {
        '202': answer('It ends.'),
        '409': answer('It is not under way.', ref('Error')),
        '401': ERRORS['401'],
      },
    },
  },
  '/gate/flagger': {
    post: {
      summary: 'Gates a canary of Flagger: 200 lets it go on',
      requestBody: { required: true, ...json({ type: 'object' }) },
      responses: { '200': answer('GO.', ref('Run')), '412': answer('Not GO.', ref('Run')), ...REFUSALS },
    },
  },
  '/gate/argo': {
    post: {
      summary:
        'Measures a rollout for the web metric of Argo Rollouts: `value` is 1 for GO, 0 for NO-GO, -1 for INCONCLUSIVE',
      requestBody: BODY,
      responses: { '200': answer('The measurement.', ref('Run')), ...REFUSALS },
    },
  },
}

/** Returns the document. */
export function openApiDocument(version: string): object {
  return {
    openapi: '3.1.0',
    info: { title: 'Proofload', version, description: 'Runs of load tests and their verdicts.' },
    security: [{ token: [] }],
    paths: PATHS,
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      schemas: {
        RunRequest: z.toJSONSchema(serviceRunSchema, { io: 'input' }),
        Run: RUN,
        Error: { type: 'object', required: ['error'], properties: { error: text } },
      },
    },
  }
}
