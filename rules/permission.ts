import type { Role } from './flow.ts'

/**
 * Who may do what, beside the moves of flows, which name their roles themselves.
 * One table for the server, which refuses, and for the screens, which then do not offer.
 */
export const permissions = {
  'plant.read': ['admin', 'engineer', 'operator', 'guard', 'desk', 'billing', 'manager', 'viewer'],
  'alarm.read': ['admin', 'engineer', 'operator', 'guard', 'desk', 'manager', 'viewer'],
  // What a screen on the wall shows, and nothing else of the same: no telephone numbers, no tenants, no records.
  'plant.watch': ['admin', 'engineer', 'operator', 'guard', 'desk', 'billing', 'manager', 'viewer', 'display'],
  'alarm.watch': ['admin', 'engineer', 'operator', 'guard', 'desk', 'manager', 'viewer', 'display'],
  // Letting a screen on a wall in, and putting it out again.
  'display.manage': ['admin', 'manager'],
  'alarm.acknowledge': ['admin', 'engineer', 'operator'],
  // Whoever keeps the control room says so himself.
  'control-room.keep': ['admin', 'engineer', 'operator', 'guard'],
  'handover.read': ['admin', 'engineer', 'operator', 'guard', 'desk', 'manager'],
  // Filling in a sheet, and signing it with one's own password; of which crew the sheet says itself.
  'handover.keep': ['admin', 'engineer', 'operator', 'guard', 'desk', 'manager'],
  // With an end, and never what endangers people.
  'alarm.shelve': ['admin', 'engineer', 'operator'],
  // Without an end: the approval is that of whoever does it.
  'alarm.out-of-service': ['admin', 'manager'],
  // Manuals, drawings and acceptance sheets of equipment; whoever reads the plant reads them.
  'document.manage': ['admin', 'engineer', 'manager'],
  // A test of an alarm that everybody sees and hears.
  'alarm.prove': ['admin', 'engineer', 'manager'],
  // One number of a rule, with undo; not the rest of the site.
  'rule.tune': ['admin', 'engineer'],
  'workorder.read': ['admin', 'engineer', 'operator', 'guard', 'desk', 'manager', 'viewer'],
  'runbook.read': ['admin', 'engineer', 'operator', 'guard', 'desk', 'manager', 'viewer'],
  // Whoever is on the spot ticks what he has done: the trail says who it was.
  'runbook.run': ['admin', 'engineer', 'operator', 'guard', 'desk', 'manager'],
  // Ending an event, and the report of it, are not for everybody on the spot.
  'runbook.end': ['admin', 'engineer', 'operator', 'manager'],
  /** Materials and photos; the moves of an order name their roles themselves. */
  'workorder.work': ['admin', 'engineer', 'operator', 'desk', 'manager'],
  // The store: what parts there are, what they cost, what came and what was counted.
  'part.manage': ['admin', 'engineer', 'manager'],
  // A caller in need: an alarm that concerns lives.
  'help.call': ['admin', 'operator', 'guard', 'desk', 'manager'],
  'workorder.visit': ['admin', 'operator', 'desk', 'manager'],
  'report.create': ['admin', 'engineer', 'operator', 'guard', 'desk', 'manager'],
  // Names and telephone numbers of people.
  'report.read': ['admin', 'engineer', 'operator', 'desk', 'manager'],
  // Complaints with who made them; the moves of a case name their roles themselves.
  'complaint.read': ['admin', 'operator', 'desk', 'manager'],
  'complaint.create': ['admin', 'operator', 'desk', 'manager'],
  // Keys, exit slips, tools, lost property; each register names who keeps it and who makes its moves.
  'register.read': ['admin', 'engineer', 'operator', 'guard', 'desk', 'manager'],
  // Telephone numbers and proofs in registers, and all of one person. Each reading is on the trail.
  'register.identity': ['admin', 'desk', 'manager'],
  'register.forget': ['admin', 'manager'],
  // All that is known of a person from outside, in every kind of record. Each look is on the trail, with its reason.
  'personal.read': ['admin', 'manager'],
  'personal.forget': ['admin', 'manager'],
  // Numbers of a month; no names of people are in them.
  'month.read': ['admin', 'engineer', 'operator', 'desk', 'manager'],
  'month.archive': ['admin', 'desk', 'manager'],
  'command.read': ['admin', 'engineer', 'operator', 'guard', 'desk', 'manager', 'viewer'],
  // Which of them may command what is said by each point.
  'command.request': ['admin', 'engineer', 'operator'],
  // What each meter has counted: of homes and shops, too.
  'consumption.read': ['admin', 'engineer', 'billing', 'manager'],
  // What each meter showed, and the meter book.
  'reading.read': ['admin', 'engineer', 'billing', 'manager'],
  // Reading a meter on the spot.
  'reading.take': ['admin', 'engineer', 'operator', 'billing', 'manager'],
  // Whether a doubtful reading may be billed.
  'reading.decide': ['admin', 'engineer', 'billing', 'manager'],
  // Which meter hangs where since when, and what it counts for: bills rest on it.
  'meter.manage': ['admin', 'engineer', 'manager'],
  // Batches of readings for billing; their moves name their roles themselves.
  'billing.read': ['admin', 'engineer', 'billing', 'manager'],
  'billing.prepare': ['admin', 'engineer', 'billing'],
  // The panel is normal and the place was looked at: whoever sits in the fire control room says so.
  'linkage.confirm': ['admin', 'operator', 'manager'],
  // Doors with their modes, and why somebody was refused.
  'door.read': ['admin', 'engineer', 'operator', 'guard', 'desk', 'manager'],
  'door.mode': ['admin', 'operator', 'manager'],
  // Keys of readers: whoever gives them stands at the door.
  'door-reader.manage': ['admin', 'engineer'],
  // A reader, a gate or a guard asks whether somebody may pass.
  'door.ask': ['admin', 'operator', 'guard', 'desk'],
  // Names, firms and trades of people.
  'pass.read': ['admin', 'operator', 'guard', 'desk', 'manager'],
  // Issuing; approving is another person's, which the flow says itself.
  'pass.issue': ['admin', 'desk', 'manager'],
  'pass.gate': ['admin', 'operator', 'guard', 'desk', 'manager'],
  // Who is expected, and who is in which room; the moves of a visit name their roles themselves.
  'visit.read': ['admin', 'engineer', 'operator', 'guard', 'desk', 'manager'],
  // Keeping a visitor's photo beyond its time.
  'visit.hold': ['admin', 'operator', 'manager'],
  'visit.ask': ['admin', 'engineer', 'operator', 'desk', 'manager'],
  // The full number of an ID. Each reading is on the trail.
  'pass.identity': ['admin', 'manager'],
  // Tags on equipment; whose one is says the tag itself.
  'tag.hang': ['admin', 'engineer', 'operator'],
  'tag.move': ['admin', 'engineer', 'operator', 'manager'],
  'switching.read': ['admin', 'engineer', 'operator', 'manager'],
  // Only electricians switch, and only they watch it.
  'switching.write': ['admin', 'engineer'],
  // Permits of dangerous work; their moves name their roles themselves.
  'permit.read': ['admin', 'engineer', 'operator', 'guard', 'desk', 'manager'],
  'permit.ask': ['admin', 'engineer', 'operator', 'desk', 'manager'],
  'permit.check': ['admin', 'engineer', 'operator', 'guard', 'manager'],
  // Rounds with who walked them; whoever walks sees what is due.
  'patrol.read': ['admin', 'engineer', 'operator', 'guard', 'desk', 'manager'],
  'patrol.walk': ['admin', 'engineer', 'operator', 'guard', 'desk', 'manager'],
  // Saying why nobody came; rounds of chance before they are due; the report.
  'patrol.review': ['admin', 'operator', 'manager'],
  // Run records of plant rooms; which roles write one is said by its form.
  'run-record.read': ['admin', 'engineer', 'operator', 'manager'],
  'run-record.keep': ['admin', 'engineer', 'operator'],
  // Saying why nobody wrote a line.
  'run-record.review': ['admin', 'manager'],
  'trail.read': ['admin', 'manager'],
  'site.read': ['admin', 'engineer', 'manager'],
  'site.write': ['admin'],
  // What a far end would not have, sent again or given up; trying now instead of later.
  'output.retry': ['admin', 'engineer'],
  // It stops the polling of a line for minutes and knocks at addresses of the network.
  'detection.run': ['admin', 'engineer'],
  // Names and telephone numbers of people; changing it is 'site.write'.
  'notify.read': ['admin', 'manager'],
  // All that the gateway knows, in one file.
  'backup.manage': ['admin'],
  // How the gateway itself is: without names and secrets, but with the addresses of the house.
  'diagnostics.make': ['admin'],
  'user.manage': ['admin'],
  'broker-account.manage': ['admin'],
  'token.manage': ['admin', 'engineer', 'operator', 'guard', 'desk', 'billing', 'manager', 'viewer'],
  // Everybody's tokens, beside one's own.
  'token.manage-all': ['admin'],
} as const satisfies Record<string, readonly Role[]>

export type Permission = keyof typeof permissions

export const may = (role: Role, permission: Permission): boolean =>
  (permissions[permission] as readonly Role[]).includes(role)
