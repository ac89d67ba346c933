import type { Me } from '../../../gateway/http/contract.ts'
import { may, type Permission } from '../../../rules/permission.ts'
import { startPages } from '../../../rules/start.ts'

/** Sections of the settings, and who may see each; null: everybody his own. */
export const settingNeeds = {
  site: 'site.read',
  add: 'site.write',
  changes: 'site.read',
  bulk: 'site.read',
  table: 'site.read',
  rules: 'site.read',
  channels: 'site.read',
  profiles: 'site.read',
  byteOrder: 'site.write',
  detect: 'detection.run',
  orders: 'site.read',
  maintenance: 'site.read',
  emergency: 'site.read',
  plans: 'site.read',
  history: 'site.read',
  backups: 'backup.manage',
  notify: 'notify.read',
  outputs: 'site.read',
  people: 'user.manage',
  permissions: null,
  personal: 'personal.read',
  displays: 'display.manage',
  tokens: 'token.manage',
  broker: 'broker-account.manage',
  security: 'trail.read',
  me: null,
} as const satisfies Record<string, Permission | null>
export type Section = keyof typeof settingNeeds
export const sectionNames = Object.keys(settingNeeds) as Section[]

/** Pages that are found by their name, each with the text of its title. What is behind a number has its own kind of hit. */
export const pageList = {
  alarms: { path: '/alarms', title: 'alarms.title', needs: startPages.alarms, icon: 'alarms' },
  wall: { path: '/wall', title: 'wall.title', needs: 'alarm.watch', icon: 'alarms' },
  alarmFigures: { path: '/alarms/figures', title: 'figures.title', needs: 'alarm.read', icon: 'alarms' },
  alarmTests: { path: '/alarms/tests', title: 'proving.title', needs: 'alarm.read', icon: 'alarms' },
  fire: { path: '/fire', title: 'fire.title', needs: startPages.fire, icon: 'fire' },
  equipment: { path: '/equipment', title: 'equipment.title', needs: startPages.equipment, icon: 'equipment' },
  overview: { path: '/equipment/by/all', title: 'overview.title', needs: startPages.equipment, icon: 'equipment' },
  plan: { path: '/plan', title: 'plan.title', needs: startPages.plan, icon: 'plan' },
  orders: { path: '/orders', title: 'orders.title', needs: startPages.orders, icon: 'orders' },
  orderFigures: { path: '/orders/figures', title: 'orderFigures.title', needs: 'workorder.read', icon: 'orders' },
  parts: { path: '/orders/parts', title: 'parts.title', needs: 'workorder.read', icon: 'orders' },
  desk: { path: '/orders/desk', title: 'service.title', needs: startPages.desk, icon: 'orders' },
  help: { path: '/help-calls', title: 'help.title', needs: 'help.call', icon: 'help' },
  runbooks: { path: '/runbooks', title: 'runbooks.title', needs: startPages.runbooks, icon: 'runbooks' },
  emergency: { path: '/runbooks/plan', title: 'emergency.title', needs: 'runbook.read', icon: 'runbooks' },
  trends: { path: '/trends', title: 'trends.title', needs: startPages.trends, icon: 'trends' },
  doors: { path: '/doors', title: 'doors.title', needs: startPages.doors, icon: 'doors' },
  doorLog: { path: '/doors/log', title: 'doorLog.title', needs: 'pass.read', icon: 'doors' },
  muster: { path: '/muster', title: 'doors.muster', needs: 'pass.read', icon: 'doors' },
  passes: { path: '/passes', title: 'passes.title', needs: startPages.passes, icon: 'passes' },
  badges: { path: '/passes/print', title: 'badges.title', needs: 'pass.issue', icon: 'passes' },
  gate: { path: '/gate', title: 'gate.title', needs: 'pass.gate', icon: 'passes' },
  visits: { path: '/visits', title: 'visits.title', needs: startPages.visits, icon: 'visits' },
  permits: { path: '/permits', title: 'permits.title', needs: startPages.permits, icon: 'permits' },
  tags: { path: '/permits/tags', title: 'permits.tab.tags', needs: 'plant.read', icon: 'permits' },
  switching: { path: '/permits/switching', title: 'switching.title', needs: 'switching.read', icon: 'permits' },
  registers: { path: '/registers', title: 'registers.title', needs: startPages.registers, icon: 'registers' },
  month: { path: '/month', title: 'monthly.title', needs: startPages.month, icon: 'registers' },
  rounds: { path: '/rounds', title: 'rounds.title', needs: startPages.rounds, icon: 'rounds' },
  roundsPrint: { path: '/rounds/print', title: 'rounds.printTitle', needs: 'patrol.review', icon: 'rounds' },
  round: { path: '/round', title: 'round.title', needs: 'patrol.walk', icon: 'rounds' },
  runrecords: { path: '/runrecords', title: 'runRecords.title', needs: startPages.runrecords, icon: 'runrecords' },
  handover: { path: '/handover', title: 'handover.title', needs: startPages.handover, icon: 'handover' },
  consumption: { path: '/consumption', title: 'consumption.title', needs: startPages.consumption, icon: 'consumption' },
  readings: { path: '/readings', title: 'readings.title', needs: startPages.readings, icon: 'readings' },
  specials: { path: '/readings/special', title: 'special.title', needs: 'reading.take', icon: 'readings' },
  meterWalk: { path: '/readings/walk', title: 'meterWalk.title', needs: 'reading.take', icon: 'readings' },
  meters: { path: '/meters', title: 'meterWalk.phoneTitle', needs: 'reading.take', icon: 'readings' },
  batches: { path: '/readings/batches', title: 'billing.title', needs: startPages.batches, icon: 'readings' },
} as const satisfies Record<string, { path: string; title: string; needs: Permission; icon: string }>
export type PageName = keyof typeof pageList
export const pageNames = Object.keys(pageList) as PageName[]

/** Of both, what the signed-in person may see and the site has. */
export const pagesOf = ({ role, site }: Me): readonly PageName[] =>
  pageNames.filter(
    name =>
      may(role, pageList[name].needs) &&
      (!['rounds', 'roundsPrint', 'round'].includes(name) || site.patrols) &&
      (name !== 'runrecords' || site.runRecords),
  )
export const sectionsOf = ({ role }: Me): readonly Section[] =>
  sectionNames.filter(name => settingNeeds[name] === null || may(role, settingNeeds[name]))
