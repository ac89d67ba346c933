import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Role, roles } from '../../rules/flow.ts'
import { may, type Permission } from '../../rules/permission.ts'
import { orderActions, workorder } from '../../rules/workorder.ts'
import type { Api } from '../support/api.ts'
import { feed } from '../support/feed.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { quietSite } from '../support/sites.ts'

/**
 * Who may use each route of the API. A new route fails this test until it stands here: that is the point. That each is held
 * to it, whoever knocks, is said by rights.test.ts.
 */
const table: Record<string, 'open' | 'signed-in' | Permission> = {
  'GET /api/v1/about': 'open',
  'GET /api/site.schema.json': 'open',
  'POST /api/v1/session': 'open',
  // Whoever comes by the identity provider of the site.
  'GET /api/v1/sign-in-ways': 'open',
  'POST /api/v1/session/oidc': 'open',
  'GET /api/v1/session/oidc/back': 'open',
  // By the setup code of the console, once.
  'POST /api/v1/first-run': 'open',
  'GET /api/v1/session': 'signed-in',
  'PUT /api/v1/session/start': 'signed-in',
  'DELETE /api/v1/session': 'signed-in',
  // Half a session, by its own cookie: test/gateway/factor.test.ts.
  'POST /api/v1/session/code': 'open',
  'POST /api/v1/session/enrol': 'open',
  'POST /api/v1/session/enrol/confirm': 'open',
  'POST /api/v1/session/passkey/options': 'open',
  'POST /api/v1/session/passkey': 'open',
  'POST /api/v1/session/told': 'signed-in',
  'GET /api/v1/factor': 'signed-in',
  'POST /api/v1/factor': 'signed-in',
  'POST /api/v1/factor/confirm': 'signed-in',
  'POST /api/v1/factor/recovery-codes': 'signed-in',
  'POST /api/v1/factor/remove': 'signed-in',
  'POST /api/v1/users/{name}/factor/remove': 'user.manage',
  'GET /api/v1/passkeys': 'signed-in',
  'POST /api/v1/passkeys/options': 'signed-in',
  'POST /api/v1/passkeys': 'signed-in',
  'PUT /api/v1/passkeys/{id}': 'signed-in',
  'DELETE /api/v1/passkeys/{id}': 'signed-in',
  // Everybody's only for an administrator: test/gateway/factor.test.ts.
  'GET /api/v1/sessions': 'signed-in',
  'POST /api/v1/sessions/{id}/end': 'signed-in',
  'POST /api/v1/sessions/end-others': 'signed-in',
  'GET /api/v1/sign-in-rules': 'user.manage',
  'PUT /api/v1/sign-in-rules/{role}': 'user.manage',
  // Each kind by its own permission: test/gateway/search.test.ts.
  'GET /api/v1/search': 'signed-in',
  // A screen that has not been let in yet.
  'POST /api/v1/display-pairings': 'open',
  'POST /api/v1/display-pairings/claim': 'open',
  'GET /api/v1/displays': 'display.manage',
  'POST /api/v1/displays': 'display.manage',
  'POST /api/v1/displays/{name}/revoke': 'display.manage',
  'GET /api/v1/wall': 'alarm.watch',
  'GET /api/v1/users': 'user.manage',
  'POST /api/v1/users': 'user.manage',
  'POST /api/v1/users/{name}/disable': 'user.manage',
  'POST /api/v1/users/{name}/enable': 'user.manage',
  'POST /api/v1/users/{name}/role': 'user.manage',
  'POST /api/v1/users/{name}/password': 'signed-in',
  'GET /api/v1/tokens': 'token.manage',
  'POST /api/v1/tokens': 'token.manage',
  'POST /api/v1/tokens/{id}/revoke': 'token.manage',
  'GET /api/v1/broker-accounts': 'broker-account.manage',
  'POST /api/v1/broker-accounts': 'broker-account.manage',
  'POST /api/v1/broker-accounts/{name}/revoke': 'broker-account.manage',
  'GET /api/v1/alarm-proofs': 'alarm.read',
  'GET /api/v1/alarm-proofs/{id}': 'alarm.read',
  'GET /api/v1/provable-alarms': 'alarm.read',
  'GET /api/v1/alarm-proof-offer': 'alarm.prove',
  'POST /api/v1/alarm-proofs': 'alarm.prove',
  'POST /api/v1/alarm-proofs/{id}/return': 'alarm.prove',
  'POST /api/v1/alarm-proofs/{id}/stop': 'alarm.prove',
  'POST /api/v1/alarm-proofs/{id}/shown': 'alarm.read',
  'GET /api/v1/equipment/{id}/documents': 'plant.read',
  'POST /api/v1/equipment/{id}/documents': 'document.manage',
  'GET /api/v1/equipment/{id}/documents/{document}': 'plant.read',
  'DELETE /api/v1/equipment/{id}/documents/{document}': 'document.manage',
  'GET /api/v1/equipment': 'plant.watch',
  'GET /api/v1/points': 'plant.watch',
  'GET /api/v1/points/{equipment}/{key}': 'plant.watch',
  'GET /api/v1/channels': 'plant.read',
  'GET /api/v1/consumption': 'consumption.read',
  'GET /api/v1/history': 'plant.watch',
  'GET /api/v1/history/stats': 'plant.read',
  'GET /api/v1/history/export': 'plant.read',
  'GET /api/v1/history/marks': 'plant.read',
  'DELETE /api/v1/history/demo': 'site.write',
  'PUT /api/v1/channels/{id}/secret': 'site.write',
  'GET /api/v1/channels/{id}/certificates': 'site.read',
  'GET /api/v1/channels/{id}/certificates/{file}': 'site.read',
  'POST /api/v1/channels/{id}/certificates/{fingerprint}/{decision}': 'site.write',
  'POST /api/v1/channels/{id}/browse': 'site.read',
  'POST /api/v1/channels/{id}/peek': 'site.write',
  'GET /api/v1/serial-ports': 'detection.run',
  'POST /api/v1/lines/peek': 'site.write',
  'POST /api/v1/lines/identify': 'site.write',
  'POST /api/v1/lines/preview': 'site.write',
  'POST /api/v1/profiles': 'site.write',
  'GET /api/v1/broker': 'broker-account.manage',
  'GET /api/v1/broker/certificate': 'broker-account.manage',
  'PUT /api/v1/broker/certificate': 'broker-account.manage',
  'GET /api/v1/trail/checkpoints': 'trail.read',
  'GET /api/v1/trail/checkpoints/file': 'trail.read',
  'GET /api/v1/trail/verifier': 'trail.read',
  'POST /api/v1/trail/verify': 'trail.read',
  'GET /api/v1/web': 'site.read',
  'PUT /api/v1/web/certificate': 'site.write',
  'GET /api/v1/opcua-server': 'site.read',
  'GET /api/v1/opcua-server/certificates': 'site.read',
  'GET /api/v1/opcua-server/certificates/{file}': 'site.read',
  'POST /api/v1/opcua-server/certificates/{fingerprint}/{decision}': 'site.write',
  'POST /api/v1/byte-order': 'site.write',
  'GET /api/v1/profiles': 'plant.read',
  'GET /api/v1/spaces': 'plant.watch',
  'GET /api/v1/plans': 'plant.watch',
  'GET /api/v1/plans/{id}': 'plant.watch',
  'GET /api/v1/plan-files/{file}': 'site.read',
  'POST /api/v1/plan-files': 'site.write',
  'GET /api/v1/gates': 'pass.gate',
  'GET /api/v1/gate-panel': 'pass.gate',
  'GET /api/v1/gate-list': 'pass.gate',
  'POST /api/v1/gate-scans': 'pass.gate',
  'POST /api/v1/gate-entries': 'pass.gate',
  'GET /api/v1/run-forms': 'run-record.read',
  'GET /api/v1/run-forms/{form}/sheet': 'run-record.read',
  'POST /api/v1/run-forms/{form}/lines': 'run-record.keep',
  'GET /api/v1/run-forms/{form}/pre-start': 'run-record.read',
  'POST /api/v1/run-forms/{form}/pre-start': 'run-record.keep',
  'POST /api/v1/run-forms/{form}/pre-start/override': 'run-record.review',
  'POST /api/v1/pre-starts/{id}/reason': 'run-record.keep',
  'POST /api/v1/run-lines/{id}/read': 'run-record.keep',
  'POST /api/v1/run-lines/{id}/confirm': 'run-record.keep',
  'POST /api/v1/run-lines/{id}/correct': 'run-record.keep',
  'POST /api/v1/run-lines/{id}/excuse': 'run-record.review',
  'GET /api/v1/patrol-rounds': 'patrol.read',
  'GET /api/v1/patrol-rounds/{id}': 'patrol.read',
  'POST /api/v1/patrol-rounds/{id}/excuse': 'patrol.review',
  'GET /api/v1/patrol-walk': 'patrol.walk',
  'POST /api/v1/patrol-scans': 'patrol.walk',
  'POST /api/v1/patrol-photos': 'patrol.walk',
  'GET /api/v1/patrol-photos/{file}': 'patrol.read',
  'GET /api/v1/patrol-devices': 'patrol.read',
  'POST /api/v1/patrol-devices/{id}/settle': 'patrol.review',
  'GET /api/v1/patrol-report': 'patrol.review',
  'GET /api/v1/patrol-rounds/{id}/review': 'patrol.read',
  'POST /api/v1/patrol-rounds/{id}/review': 'patrol.review',
  'POST /api/v1/patrol-rounds/{id}/seal': 'patrol.review',
  'POST /api/v1/patrol-rounds/{id}/remark': 'patrol.review',
  'POST /api/v1/patrol-days/{day}/seal': 'patrol.review',
  'GET /api/v1/patrol-tags': 'patrol.review',
  'POST /api/v1/patrol-tags/{uid}/clear': 'patrol.review',
  'POST /api/v1/patrol-tags/{uid}/replace': 'patrol.review',
  'POST /api/v1/patrol-tags/{uid}/retire': 'patrol.review',
  'GET /api/v1/patrol-travel': 'patrol.review',
  'POST /api/v1/patrol-travel/confirm': 'patrol.review',
  'POST /api/v1/patrol-travel/forget': 'patrol.review',
  'GET /api/v1/visits': 'visit.read',
  'POST /api/v1/visits': 'visit.ask',
  'POST /api/v1/visits/{id}/{action}': 'visit.read',
  'POST /api/v1/visits/{id}/photo': 'visit.read',
  'POST /api/v1/visits/{id}/photo-hold': 'visit.hold',
  'GET /api/v1/visits/{id}/photo/{file}': 'visit.read',
  'GET /api/v1/service-points': 'reading.read',
  'POST /api/v1/meter-lists': 'meter.manage',
  'GET /api/v1/readings': 'reading.read',
  'POST /api/v1/readings/{n}/decision': 'reading.decide',
  'GET /api/v1/service-points/{id}/life': 'reading.read',
  'POST /api/v1/service-points/{id}/readings': 'reading.take',
  'POST /api/v1/service-points/{id}/exchange': 'meter.manage',
  'POST /api/v1/service-points/{id}/multiplier': 'meter.manage',
  'GET /api/v1/meter-balances': 'reading.read',
  'GET /api/v1/reading-exceptions': 'reading.read',
  'GET /api/v1/service-points/{id}/exceptions': 'reading.read',
  'POST /api/v1/reading-exceptions/{n}/{action}': 'reading.decide',
  'GET /api/v1/readings/{n}/estimate': 'reading.read',
  'POST /api/v1/readings/{n}/estimate': 'reading.decide',
  'POST /api/v1/readings/{n}/field-check': 'reading.decide',
  'GET /api/v1/service-points/{id}/days': 'reading.read',
  'GET /api/v1/service-points/{id}/multipliers': 'reading.read',
  'POST /api/v1/multipliers/{n}/approve': 'meter.manage',
  'POST /api/v1/multipliers/{n}/refuse': 'meter.manage',
  'POST /api/v1/multipliers/{n}/photo': 'meter.manage',
  'GET /api/v1/multipliers/{n}/photo/{file}': 'reading.read',
  'GET /api/v1/energy-overview': 'consumption.read',
  'GET /api/v1/special-readings': 'reading.take',
  'POST /api/v1/special-readings': 'reading.take',
  'GET /api/v1/special-readings/{id}': 'reading.take',
  'PUT /api/v1/special-readings/{id}/lines': 'reading.take',
  'POST /api/v1/special-readings/{id}/lines/{line}/photo': 'reading.take',
  'GET /api/v1/special-readings/{id}/photos/{file}': 'reading.take',
  'POST /api/v1/special-readings/{id}/sign': 'reading.take',
  'GET /api/v1/special-readings/{id}/signatures/{n}': 'reading.take',
  'POST /api/v1/special-readings/{id}/withdraw': 'reading.take',
  'GET /api/v1/meter-walk': 'reading.take',
  'POST /api/v1/meter-walk/readings': 'reading.take',
  'POST /api/v1/meter-walk/photos': 'reading.take',
  'GET /api/v1/meter-walk/photos/{file}': 'reading.take',
  'GET /api/v1/meter-walk/list': 'reading.take',
  'POST /api/v1/meter-walk/list': 'meter.manage',
  'GET /api/v1/service-points/{id}/top-ups': 'reading.read',
  'POST /api/v1/service-points/{id}/top-ups': 'reading.take',
  'POST /api/v1/top-ups/{n}/cancel': 'reading.take',
  'GET /api/v1/top-ups/list': 'reading.read',
  'GET /api/v1/registers': 'register.read',
  'GET /api/v1/registers/{register}': 'register.read',
  'GET /api/v1/registers/{register}/form': 'register.read',
  'POST /api/v1/registers/{register}': 'register.read',
  'GET /api/v1/register-entries/{id}/related': 'register.read',
  'POST /api/v1/register-entries/{id}/numbers': 'register.identity',
  'POST /api/v1/register-people/export': 'register.identity',
  'POST /api/v1/register-people/forget': 'register.forget',
  'GET /api/v1/personal-data': 'personal.read',
  'POST /api/v1/personal-data/find': 'personal.read',
  'POST /api/v1/personal-data/export': 'personal.read',
  'POST /api/v1/personal-data/forget': 'personal.forget',
  'GET /api/v1/months': 'month.read',
  'GET /api/v1/months/{month}': 'month.read',
  'GET /api/v1/months/{month}/rows': 'month.read',
  'POST /api/v1/months/{month}/archive': 'month.archive',
  'GET /api/v1/register-entries/{id}': 'register.read',
  'PUT /api/v1/register-entries/{id}': 'register.read',
  'GET /api/v1/register-entries/{id}/lines': 'register.read',
  'POST /api/v1/register-entries/{id}/moves/{move}': 'register.read',
  'POST /api/v1/register-entries/{id}/fields/{field}/photo': 'register.read',
  'GET /api/v1/register-entries/{id}/photos/{file}': 'register.read',
  'POST /api/v1/people/{id}/photo': 'pass.issue',
  'GET /api/v1/people/{id}/photo/{file}': 'pass.read',
  'POST /api/v1/pass-lists': 'pass.issue',
  'POST /api/v1/credentials/{id}/lease': 'pass.issue',
  'GET /api/v1/tags': 'plant.read',
  'POST /api/v1/tags': 'tag.hang',
  // Whose tag it is says the tag.
  'POST /api/v1/tags/{id}/{action}': 'tag.move',
  'GET /api/v1/switchings': 'switching.read',
  'POST /api/v1/switchings': 'switching.write',
  'POST /api/v1/switchings/{id}/steps/{n}/{action}': 'switching.write',
  'POST /api/v1/switchings/{id}/abandon': 'switching.write',
  'GET /api/v1/permits': 'permit.read',
  'GET /api/v1/permits/{id}': 'permit.read',
  'POST /api/v1/permits': 'permit.ask',
  'POST /api/v1/permits/{id}/checks': 'permit.check',
  'POST /api/v1/permits/{id}/gas-tests': 'permit.check',
  'POST /api/v1/permits/{id}/photo': 'permit.check',
  'GET /api/v1/permits/{id}/photo/{file}': 'permit.read',
  // Its moves name their roles themselves.
  'POST /api/v1/permits/{id}/{action}': 'permit.read',
  'POST /api/v1/permits/{id}/guardian': 'permit.check',
  'POST /api/v1/permits/{id}/guardian/take': 'permit.check',
  'POST /api/v1/permits/{id}/extension': 'permit.ask',
  // Whose turn it is says the permit.
  'POST /api/v1/permits/{id}/extension/{action}': 'permit.read',
  'GET /api/v1/contacts': 'plant.read',
  'GET /api/v1/tariffs': 'plant.read',
  // Where the tags are and when nobody comes by.
  'GET /api/v1/routes': 'site.read',
  'GET /api/v1/door-groups': 'site.read',
  'GET /api/v1/rule-packs': 'plant.read',
  'GET /api/v1/alarms': 'alarm.watch',
  'GET /api/v1/alarms/{id}': 'alarm.watch',
  'POST /api/v1/alarms/{id}/acknowledge': 'alarm.acknowledge',
  'POST /api/v1/alarms/{id}/shelve': 'alarm.shelve',
  'POST /api/v1/alarms/{id}/unshelve': 'alarm.shelve',
  'POST /api/v1/alarms/{id}/reset': 'alarm.acknowledge',
  'POST /api/v1/alarms/{id}/out-of-service': 'alarm.out-of-service',
  'POST /api/v1/alarms/{id}/in-service': 'alarm.out-of-service',
  'GET /api/v1/alarms/{id}/report-up': 'alarm.read',
  'POST /api/v1/alarms/{id}/report-up': 'runbook.run',
  'GET /api/v1/after-reports': 'alarm.read',
  'POST /api/v1/after-reports/{id}': 'runbook.run',
  'GET /api/v1/emergency-plan': 'runbook.read',
  'GET /api/v1/alarm-rate': 'alarm.watch',
  'GET /api/v1/alarm-figures': 'alarm.read',
  'POST /api/v1/alarm-remedies': 'rule.tune',
  'POST /api/v1/alarm-remedies/undo': 'rule.tune',
  'GET /api/v1/rules': 'site.read',
  'POST /api/v1/rules': 'site.write',
  'DELETE /api/v1/rules/{id}': 'site.write',
  'PUT /api/v1/rules/{id}/tuning': 'rule.tune',
  'POST /api/v1/rule-dry-runs': 'site.read',
  'GET /api/v1/workorders': 'workorder.read',
  'GET /api/v1/order-figures': 'workorder.read',
  'GET /api/v1/workorders/{id}': 'workorder.read',
  'GET /api/v1/workorders/{id}/trail': 'workorder.read',
  'POST /api/v1/workorders/{id}/{action}': 'workorder.read',
  'GET /api/v1/runbooks': 'runbook.read',
  'GET /api/v1/runs': 'alarm.watch',
  'POST /api/v1/runs': 'runbook.run',
  'GET /api/v1/runs/{id}': 'runbook.read',
  'GET /api/v1/runs/{id}/trail': 'runbook.read',
  'POST /api/v1/runs/{id}/steps/{step}': 'runbook.run',
  'GET /api/v1/runs/{id}/steps/{step}/photo': 'runbook.read',
  'POST /api/v1/runs/{id}/dangers/{danger}': 'runbook.run',
  'POST /api/v1/runs/{id}/end': 'runbook.end',
  'POST /api/v1/runs/{id}/report': 'runbook.end',
  'POST /api/v1/workorders/{id}/materials': 'workorder.work',
  'POST /api/v1/workorders/{id}/materials/{line}/return': 'workorder.work',
  'POST /api/v1/workorders/{id}/reservations': 'workorder.work',
  'POST /api/v1/workorders/{id}/labour': 'workorder.work',
  'POST /api/v1/workorders/{id}/labour/{line}/withdraw': 'workorder.work',
  'POST /api/v1/workorders/{id}/checks': 'workorder.work',
  'POST /api/v1/workorders/{id}/downtimes': 'workorder.work',
  'POST /api/v1/workorders/{id}/downtimes/{line}/end': 'workorder.work',
  'POST /api/v1/workorders/{id}/downtimes/{line}/withdraw': 'workorder.work',
  'POST /api/v1/workorders/{id}/risks': 'workorder.work',
  'POST /api/v1/workorders/{id}/risks/{line}/confirm': 'workorder.work',
  'POST /api/v1/workorders/{id}/risks/{line}/withdraw': 'workorder.work',
  'GET /api/v1/workorders/{id}/alarm-times': 'workorder.read',
  'GET /api/v1/reliability': 'workorder.read',
  'POST /api/v1/workorders/{id}/signatures': 'workorder.work',
  // Names of people.
  'GET /api/v1/workorders/{id}/signatures': 'report.read',
  'GET /api/v1/workorders/{id}/signatures/{line}': 'report.read',
  'GET /api/v1/parts': 'workorder.read',
  'GET /api/v1/billing/key': 'billing.read',
  'GET /api/v1/billing/batches': 'billing.read',
  'POST /api/v1/billing/batches': 'billing.prepare',
  'GET /api/v1/billing/batches/{name}': 'billing.read',
  'GET /api/v1/billing/batches/{name}/file': 'billing.read',
  'POST /api/v1/billing/batches/{name}/waivers': 'billing.prepare',
  'POST /api/v1/billing/batches/{name}/approve': 'billing.read',
  'POST /api/v1/billing/batches/{name}/withdraw': 'billing.read',
  'POST /api/v1/billing/batches/{name}/correct': 'billing.read',
  'POST /api/v1/billing/batches/{name}/acknowledge': 'billing.read',
  'POST /api/v1/billing/batches/{name}/deliver': 'billing.prepare',
  'POST /api/v1/billing/batches/{name}/reject': 'billing.read',
  'POST /api/v1/parts': 'part.manage',
  'PUT /api/v1/parts/{id}': 'part.manage',
  'POST /api/v1/parts/{id}/moves': 'part.manage',
  'GET /api/v1/parts/{id}/trail': 'workorder.read',
  // Names and telephone numbers, and an alarm that concerns lives.
  'GET /api/v1/help-calls': 'help.call',
  'POST /api/v1/help-calls': 'help.call',
  'GET /api/v1/help-calls/{id}': 'help.call',
  'POST /api/v1/help-calls/{id}/end': 'help.call',
  'POST /api/v1/workorders/{id}/photos': 'workorder.work',
  'GET /api/v1/workorders/{id}/photos/{hash}': 'workorder.read',
  'POST /api/v1/workorders/{id}/visits': 'workorder.visit',
  'GET /api/v1/maintenance': 'workorder.read',
  'GET /api/v1/reports': 'report.read',
  'POST /api/v1/reports': 'report.create',
  'GET /api/v1/reports/{id}': 'report.read',
  'POST /api/v1/report-callback/secret': 'site.write',
  // Who complained of what.
  'GET /api/v1/control-room': 'alarm.read',
  'POST /api/v1/control-room/{action}': 'control-room.keep',
  'GET /api/v1/crews': 'handover.read',
  'POST /api/v1/crews/{crew}/sheet': 'handover.keep',
  'POST /api/v1/crews/{crew}/prepare': 'handover.keep',
  'POST /api/v1/crews/{crew}/resume': 'handover.keep',
  'POST /api/v1/crews/{crew}/refuse': 'handover.keep',
  'POST /api/v1/crews/{crew}/sign-out': 'handover.keep',
  'POST /api/v1/crews/{crew}/sign-in': 'handover.keep',
  'POST /api/v1/crews/{crew}/card': 'handover.keep',
  'GET /api/v1/handovers': 'handover.read',
  'GET /api/v1/handovers/{id}/signatures/{which}': 'handover.read',
  'GET /api/v1/handovers/{id}': 'handover.read',
  'GET /api/v1/complaints': 'complaint.read',
  'POST /api/v1/complaints': 'complaint.create',
  'GET /api/v1/complaints/{id}': 'complaint.read',
  'GET /api/v1/complaints/{id}/trail': 'complaint.read',
  'GET /api/v1/complaints/{id}/notices': 'complaint.read',
  'POST /api/v1/complaints/{id}/{action}': 'complaint.read',
  'POST /api/v1/complaints/{id}/visits': 'complaint.create',
  'POST /api/v1/complaints/{id}/voices': 'complaint.create',
  'POST /api/v1/complaints/{id}/repair': 'report.create',
  'GET /api/v1/service-ledger': 'complaint.read',
  'GET /api/v1/service-figures': 'complaint.read',
  // Whoever holds a signed code or the receipt of a report.
  'GET /api/v1/intake/{token}': 'open',
  'POST /api/v1/intake/{token}': 'open',
  'GET /api/v1/receipts/{receipt}': 'open',
  'POST /api/v1/receipts/{receipt}/answer': 'open',
  'GET /api/v1/equipment/{id}/report-link': 'report.read',
  'GET /api/v1/notify': 'notify.read',
  'GET /api/v1/notify/preview': 'notify.read',
  'PUT /api/v1/notify': 'site.write',
  'POST /api/v1/notify/check': 'notify.read',
  'POST /api/v1/notify/channels/{id}/test': 'site.write',
  'GET /api/v1/outputs': 'site.read',
  'POST /api/v1/outputs/{id}/try': 'output.retry',
  'GET /api/v1/outputs/{id}/aside': 'site.read',
  'POST /api/v1/outputs/{id}/retry': 'output.retry',
  'POST /api/v1/outputs/{id}/discard': 'output.retry',
  'POST /api/v1/outputs/{id}/host-key': 'site.write',
  'PUT /api/v1/outputs/{id}/secret': 'site.write',
  'GET /api/v1/alarms/{id}/notices': 'alarm.read',
  'GET /api/v1/workorders/{id}/notices': 'workorder.read',
  // Whoever holds the signed link of a notice.
  'GET /api/v1/notice-links/{token}': 'open',
  'POST /api/v1/notice-links/{token}/acknowledge': 'open',
  'GET /api/v1/notice-groups': 'runbook.read',
  'GET /api/v1/runs/{id}/outage-notices': 'runbook.read',
  'POST /api/v1/runs/{id}/outage-notices': 'runbook.end',
  'GET /api/v1/alarm-sound': 'alarm.watch',
  'POST /api/v1/alarm-sound/silence': 'alarm.acknowledge',
  'GET /api/v1/detections': 'detection.run',
  'POST /api/v1/detections': 'detection.run',
  'GET /api/v1/detections/{id}': 'detection.run',
  'POST /api/v1/detections/{id}/cancel': 'detection.run',
  'GET /api/v1/commands': 'command.read',
  'GET /api/v1/commands/{id}': 'command.read',
  'POST /api/v1/commands': 'command.request',
  'POST /api/v1/commands/{id}/confirm': 'command.request',
  'POST /api/v1/commands/{id}/refuse': 'command.request',
  'GET /api/v1/linkage': 'alarm.watch',
  'POST /api/v1/linkage/{zone}/confirm': 'linkage.confirm',
  'GET /api/v1/companies': 'pass.read',
  'POST /api/v1/companies': 'pass.issue',
  'POST /api/v1/companies/{id}/block': 'pass.issue',
  'GET /api/v1/works': 'pass.read',
  'POST /api/v1/works': 'pass.issue',
  'POST /api/v1/works/{id}/close': 'pass.issue',
  'GET /api/v1/people': 'pass.read',
  'POST /api/v1/people': 'pass.issue',
  'GET /api/v1/people/{id}': 'pass.read',
  'POST /api/v1/people/{id}/status': 'pass.issue',
  'POST /api/v1/people/{id}/pin': 'pass.issue',
  'POST /api/v1/people/{id}/id-number': 'pass.identity',
  'GET /api/v1/people/{id}/access': 'pass.read',
  'POST /api/v1/people/{id}/forgive': 'door.mode',
  'GET /api/v1/credentials': 'pass.read',
  'POST /api/v1/credentials': 'pass.issue',
  'GET /api/v1/credentials/{id}': 'pass.read',
  'GET /api/v1/credentials/{id}/code': 'pass.issue',
  'POST /api/v1/credentials/{id}/refund': 'pass.issue',
  'POST /api/v1/credentials/{id}/duplicate': 'pass.gate',
  'POST /api/v1/credentials/{id}/{action}': 'pass.read',
  // Whoever holds the link of a dynamic pass.
  'GET /api/v1/pass-codes/{token}': 'open',
  'GET /api/v1/pass-key': 'signed-in',
  'GET /api/v1/doors': 'door.read',
  'GET /api/v1/door-controllers': 'door.read',
  'POST /api/v1/door-controllers/{id}/enrol': 'broker-account.manage',
  'POST /api/v1/door-controllers/{id}/readers/{reader}/{move}': 'door-reader.manage',
  'GET /api/v1/fire-release': 'door.read',
  'POST /api/v1/fire-release/rearm': 'linkage.confirm',
  'GET /api/v1/muster': 'pass.read',
  'POST /api/v1/doors/{id}/modes': 'door.mode',
  'POST /api/v1/doors/{id}/modes/{layer}/end': 'door.mode',
  'GET /api/v1/doors/{id}/holders': 'pass.read',
  'POST /api/v1/access-readings': 'door.ask',
  'GET /api/v1/access-events': 'pass.read',
  'GET /api/v1/access-events/export': 'pass.read',
  'GET /api/v1/access-reports': 'pass.read',
  'POST /api/v1/access-clock/confirm': 'pass.identity',
  'GET /api/v1/site': 'site.read',
  'PUT /api/v1/site': 'site.write',
  'POST /api/v1/site/check': 'site.read',
  'GET /api/v1/site/export.csv': 'site.read',
  'POST /api/v1/site/import': 'site.write',
  'GET /api/v1/site/versions': 'site.read',
  'GET /api/v1/site/versions/{n}': 'site.read',
  'POST /api/v1/site/versions/{n}/undo': 'site.write',
  'POST /api/v1/site/merge': 'site.write',
  'POST /api/v1/diagnostics': 'diagnostics.make',
  'GET /api/v1/backups': 'backup.manage',
  'POST /api/v1/backups': 'backup.manage',
  'GET /api/v1/backups/{name}': 'backup.manage',
  'DELETE /api/v1/backups/{name}': 'backup.manage',
  'GET /api/v1/backup-settings': 'backup.manage',
  'PUT /api/v1/backup-settings': 'backup.manage',
  'GET /api/v1/trail': 'trail.read',
}
/** Not in the API's own description. */
const hidden: Record<string, 'open' | Permission> = {
  'GET /api/openapi.json': 'open',
  'GET /api/docs': 'open',
  'GET /healthz': 'open',
  'GET /readyz': 'open',
  'GET /metrics': 'plant.read',
  'GET /api/v1/live': 'plant.watch',
}

let g: TestGateway
let people: Record<Role, Api>
beforeAll(async () => {
  g = await startGateway({ site: quietSite })
  people = await g.people()
})
afterAll(() => g.stop())

const split = (route: string) => {
  const [method, path] = route.split(' ') as [string, string]
  return { method, path }
}
describe('every route', () => {
  it('of the API stands in the table with the permission that it asks for, and nothing else does', async () => {
    const { paths } = (await g.stranger.get('/api/openapi.json')).body as {
      paths?: Record<string, Record<string, { readonly 'x-permission': string; readonly responses: object }>>
    }
    // Each says the very status with which it succeeds.
    const codes = Object.values(paths!).flatMap(methods =>
      Object.values(methods).map(o => Object.keys(o.responses)[0]!),
    )
    expect([...new Set(codes)].sort()).toEqual(['200', '201', '202', '204', '302'])
    const routes = Object.entries(paths!).flatMap(([path, methods]) =>
      Object.entries(methods).map(([m, o]) => [`${m.toUpperCase()} ${path}`, o['x-permission']] as const),
    )
    expect(Object.fromEntries(routes)).toEqual(table)
    expect(routes.length).toBeGreaterThanOrEqual(300)
  })

  it('that stands in no description asks for somebody, too', async () => {
    for (const [route, access] of Object.entries(hidden)) {
      const { method, path } = split(route)
      for (const [who, api] of [['nobody', g.stranger] as const, ...roles.map(r => [r, people[r]] as const)]) {
        const { status } = await api.send(method, path)
        const allowed = access === 'open' || (who !== 'nobody' && may(who, access))
        expect([route, who, status !== 401 && status !== 403]).toEqual([route, who, allowed])
      }
    }
  })
})

describe("other people's things", () => {
  it("somebody else's token is not even there; the admin sees all", async () => {
    const made = (await people.operator.post('/api/v1/tokens', { name: 'mine' })).body
    const end = `/api/v1/tokens/${made.id}/revoke`
    for (const role of roles.filter(r => r !== 'operator' && r !== 'admin'))
      expect([role, (await people[role].post(end)).status]).toEqual([role, role === 'display' ? 403 : 404])
    expect((await people.viewer.get('/api/v1/tokens')).body.items.map(t => t.user)).not.toContain('operator')
    expect((await people.admin.get('/api/v1/tokens')).body.items.map(t => t.id)).toContain(made.id)
    expect((await people.operator.post(end)).body.revoked).toBe(true)
  })
  it("nobody but the admin sets somebody else's password", async () => {
    const body = { password: 'a brand new password' }
    for (const role of roles.filter(r => r !== 'admin'))
      expect([role, (await people[role].post('/api/v1/users/admin/password', body)).status]).toEqual([role, 403])
  })
})

describe('moves of an order', () => {
  it('each role may exactly what the flow says, from each phase on the way', async () => {
    feed(g, 'pump-1/tripped', true)
    const [order] = (await people.admin.get('/api/v1/workorders')).body.items
    const base = `/api/v1/workorders/${order!.id}`
    let refused = 0
    for (const step of ['accept', 'arrive', 'fix', 'close'] as const) {
      const phase = (await people.admin.get(base)).body.phase as keyof typeof workorder.moves
      for (const role of roles)
        for (const action of orderActions) {
          const move = workorder.moves[phase][action]
          if (move?.by.includes(role)) continue
          const answer = await people[role].post(`${base}/${action}`, { reason: 'x' })
          const code =
            role === 'billing' || role === 'display' ? 'not-allowed' : move ? 'not-your-role' : 'no-such-move'
          expect([phase, role, action, answer.body.code]).toEqual([phase, role, action, code])
          refused++
        }
      expect((await people.admin.get(base)).body.phase).toBe(phase)
      const role = workorder.moves[phase][step]!.by[0]!
      expect((await people[role].post(`${base}/${step}`, { reason: 'alarm is being looked at' })).status).toBe(200)
    }
    expect((await people.admin.get(base)).body.phase).toBe('closed')
    expect(refused).toBeGreaterThan(150)
  })
})
