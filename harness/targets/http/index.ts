/** HTTP servers: version 1.1 by our own client, version 2 through node:http2. */
import type { DriverContext, TargetDriver } from '../../ports/target.ts'
import type { TargetPlugin } from '../../ports/target-plugin.ts'
import { authorizationOf } from './authorization.ts'
import { parseEndpoint } from './endpoint.ts'
import { problemsOfOperation } from './graphql-schema.ts'
import { Http1Driver } from './http1-driver.ts'
import { Http2Driver } from './http2-driver.ts'
import { probe } from './probe.ts'
import { nameOfRequest } from './request-name.ts'
import { type HttpConfig, type HttpRequest, httpConfigSchema, httpRequestSchema } from './schema.ts'
import { settingsOf } from './settings.ts'
import { httpStatus } from './status.ts'

/** The `http` plugin. */
export const httpPlugin: TargetPlugin = {
  name: 'http',
  configSchema: httpConfigSchema,
  requestSchema: httpRequestSchema,
  status: httpStatus,
  files: ['graphqlSchema'],
  problemsOf(config, request) {
    const { graphqlSchema } = config as HttpConfig
    return graphqlSchema === undefined
      ? []
      : problemsOfOperation(graphqlSchema, (request as HttpRequest).json)
  },
  connectionsOf: (config) => ((config as HttpConfig).version === 2 ? 'one' : 'several'),
  atUrl: (url) => (/^https?:/i.test(url) ? { url } : null),
  nameOf(request) {
    const { method, path } = request as HttpRequest
    return nameOfRequest(method, path)
  },
  hostsOf(config) {
    const { place } = parseEndpoint((config as HttpConfig).url, config as HttpConfig)
    const tokenUrl = (config as HttpConfig).auth?.oauth2?.tokenUrl
    return [
      ...('path' in place ? [] : [place.host]),
      ...(tokenUrl === undefined ? [] : [parseEndpoint(tokenUrl).host]),
    ]
  },
  probe: (config, clock) => {
    const { url } = config as HttpConfig
    return probe(url, (context) => createDriver(config as HttpConfig, context), clock)
  },
  createDriver: (config, context) => createDriver(config as HttpConfig, context),
}

async function createDriver(config: HttpConfig, context: DriverContext): Promise<TargetDriver> {
  const settings = { ...settingsOf(config), authorization: await authorizationOf(config, context) }
  return config.version === 2 ? new Http2Driver(settings, context) : new Http1Driver(settings, context)
}
