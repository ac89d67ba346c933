import { existsSync } from 'node:fs'
import cookie from '@fastify/cookie'
import helmet from '@fastify/helmet'
import statics from '@fastify/static'
import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import websocket from '@fastify/websocket'
import fastify, { type FastifyError } from 'fastify'
import {
  jsonSchemaTransform,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod'
import { z } from 'zod'
import { GatehouseError } from '../core/errors.ts'
import { accessRoutes } from './access.ts'
import { accessLogRoutes } from './accesslog.ts'
import { alarmFigureRoutes } from './alarmfigures.ts'
import { alarmMoveRoutes } from './alarmmoves.ts'
import { alarmRoutes } from './alarms.ts'
import { attendanceRoutes } from './attendance.ts'
import { backupRoutes } from './backups.ts'
import { billingRoutes } from './billing.ts'
import { brokerRoutes } from './broker.ts'
import { brokerAccountRoutes } from './brokeraccounts.ts'
import { channelRoutes } from './channels.ts'
import { commandRoutes } from './commands.ts'
import { commissionRoutes } from './commission.ts'
import { complaintRoutes } from './complaints.ts'
import { consumptionRoutes } from './consumption.ts'
import { credentialRoutes } from './credentials.ts'
import type { App, Deps } from './deps.ts'
import { detectionRoutes } from './detections.ts'
import { diagnosticsRoutes } from './diagnostics.ts'
import { displayRoutes } from './displays.ts'
import { documentRoutes } from './documents.ts'
import { doorControllerRoutes } from './doorcontrollers.ts'
import { emergencyPlanRoutes } from './emergencyplan.ts'
import { energyRoutes } from './energy.ts'
import { factorRoutes } from './factor.ts'
import { firstRunRoutes } from './firstrun.ts'
import { gateRoutes } from './gate.ts'
import { handoverRoutes } from './handover.ts'
import { helpRoutes } from './help.ts'
import { historyRoutes } from './history.ts'
import { historyExportRoutes } from './historyexport.ts'
import { historyMarkRoutes } from './historymarks.ts'
import { guardRoutes } from './identity.ts'
import { intakeRoutes } from './intake.ts'
import { lineRoutes } from './lines.ts'
import { linkageRoutes } from './linkage.ts'
import { liveRoutes } from './live.ts'
import { maintenanceRoutes } from './maintenance.ts'
import { walkRoutes } from './meterwalk.ts'
import { monthRoutes } from './months.ts'
import { noticeLinkRoutes } from './noticelinks.ts'
import { notifyRoutes } from './notify.ts'
import { opcuaServerRoutes } from './opcuaserver.ts'
import { orderFigureRoutes } from './orderfigures.ts'
import { orderNoteRoutes } from './ordernotes.ts'
import { orderWorkRoutes } from './orderwork.ts'
import { outageRoutes } from './outage.ts'
import { outputRoutes } from './outputs.ts'
import { partRoutes } from './parts.ts'
import { passkeyRoutes } from './passkeys.ts'
import { patrolRoutes } from './patrol.ts'
import { patrolReportRoutes } from './patrolreport.ts'
import { patrolReviewRoutes } from './patrolreview.ts'
import { peopleRoutes } from './people.ts'
import { peopleFileRoutes } from './peoplefiles.ts'
import { permitRoutes } from './permits.ts'
import { personalRoutes } from './personal.ts'
import { placeRoutes } from './places.ts'
import { planRoutes } from './plans.ts'
import { plantRoutes } from './plant.ts'
import { preStartRoutes } from './prestart.ts'
import { answerProblem } from './problem.ts'
import { profileRoutes } from './profiles.ts'
import { proofRoutes } from './proofs.ts'
import { rateGuard } from './rates.ts'
import { readingCheckRoutes } from './readingchecks.ts'
import { readingRoutes } from './readings.ts'
import { registerPeopleRoutes } from './registerpeople.ts'
import { registerRoutes } from './registers.ts'
import { reportRoutes } from './reports.ts'
import { reportUpRoutes } from './reportup.ts'
import { schemaWithCode, schemaWithoutCode } from './responsecode.ts'
import { ruleRoutes } from './rules.ts'
import { runbookRoutes } from './runbooks.ts'
import { runRecordRoutes } from './runrecords.ts'
import { searchRoutes } from './search.ts'
import { serviceRoutes } from './service.ts'
import { sessionRoutes } from './session.ts'
import { sessionListRoutes } from './sessions.ts'
import { signInOidcRoutes } from './signinoidc.ts'
import { signInStepRoutes } from './signinsteps.ts'
import { siteRoutes } from './site.ts'
import { soundRoutes } from './sound.ts'
import { specialRoutes } from './specialreadings.ts'
import { switchingRoutes } from './switchings.ts'
import { tagRoutes } from './tags.ts'
import { takeJson } from './takejson.ts'
import { CHECK_MS, SLOW_MS } from './tame.ts'
import { tokenRoutes } from './tokens.ts'
import { topUpRoutes } from './topups.ts'
import { trailRoutes } from './trail.ts'
import { userRoutes } from './users.ts'
import { visitPhotoRoutes } from './visitphotos.ts'
import { visitRoutes } from './visits.ts'
import { wallRoutes } from './wall.ts'
import { webRoutes } from './web.ts'
import { workorderRoutes } from './workorders.ts'

/** A year. Not for the names below: they may be of other machines. */
const HSTS = 'max-age=31536000'

/** The API, the live stream and the dashboard's files. Listens when `listen` is called. */
export async function createServer(deps: Deps): Promise<App> {
  const app = fastify({
    logger: false,
    bodyLimit: 262_144,
    connectionTimeout: SLOW_MS,
    requestTimeout: SLOW_MS,
    keepAliveTimeout: SLOW_MS,
    http: { connectionsCheckingInterval: CHECK_MS },
    routerOptions: { maxParamLength: 300, ignoreTrailingSlash: true },
    return503OnClosing: true,
    // An address that no route can be looked up for: said like every other refusal.
    frameworkErrors: (_, request, reply) =>
      answerProblem(deps.log, new GatehouseError('not-found', { what: request.url.slice(0, 200) }), request, reply),
  }).withTypeProvider<ZodTypeProvider>() as unknown as App
  // JSON is all we take; plain text is what a foreign page may send without asking first.
  app.removeContentTypeParser('text/plain')
  takeJson(app)
  deps.tame(app.server, false)
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  app.setErrorHandler((error: FastifyError | GatehouseError, request, reply) =>
    answerProblem(deps.log, error, request, reply),
  )

  await app.register(helmet, {
    contentSecurityPolicy: {
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        // Where a bar ends or a mark stands is set by the page's own script, for which this asks nothing more.
        styleSrc: ["'self'"],
        styleSrcAttr: ["'none'"],
        scriptSrcAttr: ["'none'"],
        imgSrc: ["'self'", 'data:'],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        // On the plain http of an engineering room's network there is nothing to upgrade to.
        upgradeInsecureRequests: null,
      },
    },
    strictTransportSecurity: false,
  })
  app.addHook('onRoute', route => {
    if (route.schema) route.schema = schemaWithoutCode(route.schema)
  })
  const rates = rateGuard(deps.clock.now)
  app.addHook('onRequest', async (request, reply) => {
    // Over plain HTTP it would not count [RFC 6797, 7.2].
    if (request.protocol === 'https' && deps.web.hsts()) void reply.header('strict-transport-security', HSTS)
    rates.address(request, reply)
  })
  // What people may see is not kept by a browser that others use after them, unless a route says otherwise.
  app.addHook('onSend', async (request, reply) => {
    if (request.url.startsWith('/api/') && !reply.hasHeader('cache-control'))
      void reply.header('cache-control', 'no-store')
  })
  await app.register(cookie)
  await app.register(websocket, { options: { maxPayload: 4096, perMessageDeflate: false } })
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Gatehouse',
        version: deps.version,
        description: 'The gateway of a building: plant, alarms, work orders.',
      },
      components: {
        securitySchemes: {
          session: { type: 'apiKey', in: 'cookie', name: 'gatehouse_session' },
          token: { type: 'http', scheme: 'bearer' },
        },
      },
      security: [{ session: [] }, { token: [] }],
    },
    transform: input => {
      const { schema, url } = jsonSchemaTransform({ ...input, schema: schemaWithCode(input.schema) })
      // Who may use it, as the table of permissions calls it.
      return { schema: { ...schema, 'x-permission': input.route.config?.access } as typeof schema, url }
    },
  })
  guardRoutes(app, deps, rates.account)
  await app.register(swaggerUi, {
    ...{ routePrefix: '/api/docs', staticCSP: false },
    // Hundreds of routes drawn at once keep a browser busy for seconds: groups are opened by whoever reads them.
    uiConfig: { docExpansion: 'none', filter: true, deepLinking: true },
    // As 3.1 it works through all schemas before it shows the first line: ten seconds. The file itself says 3.1.
    transformSpecification: spec => ({ ...spec, openapi: '3.0.3' }),
  })

  app.get('/api/openapi.json', { config: { access: 'open' }, schema: { hide: true } }, async () => app.swagger())
  app.get(
    '/api/v1/about',
    {
      config: { access: 'open' },
      schema: {
        tags: ['about'],
        summary: 'What answers here',
        response: {
          200: z.object({
            name: z.literal('Gatehouse'),
            version: z.string(),
            site: z.object({ 'zh-CN': z.string(), en: z.string() }).nullable(),
            points: z.number(),
            degraded: z.boolean(),
            /** What HTTPS shows; null: there is none. */
            certificate: z.object({ fingerprint: z.string(), selfMade: z.boolean() }).nullable(),
            /** Nobody has an account yet: the first one is made with the setup code. */
            firstRun: z.boolean(),
          }),
        },
      },
    },
    async () => {
      const plant = deps.plant()
      const shown = deps.web.certificate()
      return {
        name: 'Gatehouse' as const,
        version: deps.version,
        site: plant?.site.name ?? null,
        points: plant?.latest.size ?? 0,
        degraded: deps.site.view().status === 'degraded',
        certificate: shown && { fingerprint: shown.fingerprint, selfMade: shown.selfMade },
        firstRun: deps.firstRun.open(),
      }
    },
  )
  app.get('/healthz', { schema: { hide: true } }, async () => ({ status: 'ok' }))
  app.get('/readyz', { schema: { hide: true } }, async (_, reply) => {
    const status = deps.storageSince() !== null ? 'the disk cannot be written' : deps.plant() ? 'ready' : 'no site runs'
    return reply.code(status === 'ready' ? 200 : 503).send({ status })
  })
  app.get('/metrics', { config: { access: 'plant.read' }, schema: { hide: true } }, async (_, reply) => {
    const { type, body } = await deps.metrics()
    return reply.header('content-type', type).serializer(String).send(body)
  })

  await app.register((api, _, done) => {
    const routes = api as unknown as App
    const { enter } = sessionRoutes(routes, deps)
    signInOidcRoutes(routes, deps)
    displayRoutes(routes, deps, enter)
    firstRunRoutes(routes, deps, enter)
    signInStepRoutes(routes, deps)
    factorRoutes(routes, deps)
    passkeyRoutes(routes, deps)
    sessionListRoutes(routes, deps)
    userRoutes(routes, deps)
    tokenRoutes(routes, deps)
    brokerAccountRoutes(routes, deps)
    brokerRoutes(routes, deps)
    webRoutes(routes, deps)
    trailRoutes(routes, deps)
    diagnosticsRoutes(routes, deps)
    plantRoutes(routes, deps)
    placeRoutes(routes, deps)
    planRoutes(routes, deps)
    emergencyPlanRoutes(routes, deps)
    reportUpRoutes(routes, deps)
    channelRoutes(routes, deps)
    opcuaServerRoutes(routes, deps)
    historyRoutes(routes, deps)
    historyExportRoutes(routes, deps)
    historyMarkRoutes(routes, deps)
    consumptionRoutes(routes, deps)
    alarmRoutes(routes, deps)
    alarmMoveRoutes(routes, deps)
    alarmFigureRoutes(routes, deps)
    ruleRoutes(routes, deps)
    proofRoutes(routes, deps)
    documentRoutes(routes, deps)
    workorderRoutes(routes, deps)
    orderWorkRoutes(routes, deps)
    orderNoteRoutes(routes, deps)
    partRoutes(routes, deps)
    helpRoutes(routes, deps)
    runbookRoutes(routes, deps)
    maintenanceRoutes(routes, deps)
    orderFigureRoutes(routes, deps)
    reportRoutes(routes, deps)
    complaintRoutes(routes, deps)
    serviceRoutes(routes, deps)
    searchRoutes(routes, deps)
    registerRoutes(routes, deps)
    registerPeopleRoutes(routes, deps)
    personalRoutes(routes, deps)
    monthRoutes(routes, deps)
    readingRoutes(routes, deps)
    readingCheckRoutes(routes, deps)
    energyRoutes(routes, deps)
    specialRoutes(routes, deps)
    walkRoutes(routes, deps)
    topUpRoutes(routes, deps)
    billingRoutes(routes, deps)
    intakeRoutes(routes, deps)
    notifyRoutes(routes, deps)
    outputRoutes(routes, deps)
    noticeLinkRoutes(routes, deps)
    outageRoutes(routes, deps)
    soundRoutes(routes, deps)
    attendanceRoutes(routes, deps)
    patrolRoutes(routes, deps)
    patrolReportRoutes(routes, deps)
    patrolReviewRoutes(routes, deps)
    runRecordRoutes(routes, deps)
    preStartRoutes(routes, deps)
    handoverRoutes(routes, deps)
    commandRoutes(routes, deps)
    tagRoutes(routes, deps)
    switchingRoutes(routes, deps)
    permitRoutes(routes, deps)
    linkageRoutes(routes, deps)
    detectionRoutes(routes, deps)
    peopleRoutes(routes, deps)
    credentialRoutes(routes, deps)
    peopleFileRoutes(routes, deps)
    accessRoutes(routes, deps)
    accessLogRoutes(routes, deps)
    doorControllerRoutes(routes, deps)
    gateRoutes(routes, deps)
    visitRoutes(routes, deps)
    visitPhotoRoutes(routes, deps)
    siteRoutes(routes, deps)
    backupRoutes(routes, deps)
    profileRoutes(routes, deps)
    commissionRoutes(routes, deps)
    lineRoutes(routes, deps)
    wallRoutes(routes, deps)
    liveRoutes(routes, deps)
    done()
  })

  const built = existsSync(deps.dashboard)
  if (built)
    await app.register(statics, {
      root: deps.dashboard,
      // Names of assets carry a hash of their content; the page that names them does not.
      setHeaders: (reply, path) => {
        reply.header('cache-control', path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache')
      },
    })
  app.setNotFoundHandler((request, reply) => {
    const page =
      request.method === 'GET' && !request.url.startsWith('/api/') && !/\.\w+$/.test(request.url.split('?')[0]!)
    if (page && built) return reply.header('cache-control', 'no-cache').sendFile('index.html')
    return answerProblem(deps.log, new GatehouseError('not-found', { what: request.url.slice(0, 200) }), request, reply)
  })
  return app
}
