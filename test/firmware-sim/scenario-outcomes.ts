/**
 * What each scenario of the building must lead to: decided from the manuals of a property (`why` names the rows), not from
 * what the program happens to do. The quick test lives each one without a wire, `npm run prove -- scenarios` in a browser.
 */
export interface Outcome {
  /** `<severity> <rule> <equipment>/<key>`, in the order in which they call; the first is the cause. */
  readonly alarms: readonly string[]
  /** Rules whose alarms are there too, but only as a consequence: they call nobody and order nothing. */
  readonly children?: readonly string[]
  /** Written down, never in the list. */
  readonly journal?: readonly string[]
  /** So many alarms like those of `alarms` came. */
  readonly count?: number
  /** Runbooks that open, with the dangers that are set from the start; or why none does. */
  readonly runbooks: readonly string[] | { readonly none: string }
  /** `<class> <rule> <equipment>/<key>` of the alarm that opened it; or why there is none. */
  readonly orders: readonly string[] | { readonly none: string }
  readonly why: string
  /** Rules of which chance decides whether they come: who is in a lift at that moment. Their runbook and order are theirs. */
  readonly chance?: readonly string[]
  /** How long to look after the last thing that the devices say, s; default 100. */
  readonly forS?: number
}

const noBook = (why: string) => ({ none: `the manuals have no procedure for it: ${why}` })
const mute: Outcome = {
  alarms: ['low offline em-b1-01/online'],
  runbooks: noBook('a meter that does not answer'),
  orders: { none: 'a gap in the reading book, which the meter round closes, is no repair [M02]' },
  why: 'M02: a meter without readings is shown as a gap; one alarm of the device, not one of each value',
}
const round = (why: string): Outcome => ({
  alarms: [],
  runbooks: noBook('rounds'),
  orders: { none: 'nothing is broken' },
  why: `N40-N44: ${why}; a reader only says whom it saw, so it is for the judging of rounds to find, not for an alarm of a point`,
})
const fire = ['door-fire-released', 'fire-pump-started', 'fresh-air-fire-stop']

export const outcomes: Readonly<Record<string, Outcome>> = {
  'alarm-flood': {
    alarms: ['low cabinet-contact io-cabinet/c-*'],
    count: 2000,
    runbooks: noBook('contacts of unknown meaning'),
    orders: { none: 'nobody can say what a contact of the old cabinet means, and 2,000 orders are none' },
    why: 'a flood is grouped, and must not bury what matters',
  },
  'burst-pipe-electrical': {
    alarms: ['high zone-flow-high valve-b1/flow', 'life water-at-switchgear leak-detector/distribution-room'],
    // A second sensor in the same room.
    children: ['room-water'],
    runbooks: ['burst-pipe electrical'],
    orders: ['urgent zone-flow-high valve-b1/flow', 'life water-at-switchgear leak-detector/distribution-room'],
    why: 'P-04 1-6: repair, and if electrical gear is endangered that zone is cut off at once; N05 water is urgent',
  },
  'burst-pipe': {
    alarms: ['high zone-flow-high valve-b2/flow'],
    children: ['water-leak', 'water-on-floor'],
    runbooks: ['burst-pipe'],
    // The second when the valve is closed and the water still stands.
    orders: ['urgent zone-flow-high valve-b2/flow', 'urgent water-on-floor leak-detector/car-park-b2'],
    why: 'P-04, N05; S17 leaks are inspected and repaired',
  },
  'bus-dead': {
    alarms: ['high gas-line-blind @gas-1/online'],
    children: ['channel-away', 'gas-detector-blind', 'offline'],
    runbooks: noBook('a dead line; nothing leaks as far as anybody knows'),
    orders: ['urgent gas-line-blind @gas-1/online'],
    why: 'S20, M11: a leak would be seen by nobody, so it is more than a device that does not answer',
  },
  'card-expired': {
    alarms: [],
    journal: ['card-refused door-lobby-b/event'],
    runbooks: noBook('a refused card'),
    orders: { none: 'the door did what it is there for' },
    why: 'S41: the event is written down',
  },
  'card-unknown': {
    alarms: [],
    journal: ['card-refused door-elv-room/event'],
    runbooks: noBook('a refused card'),
    orders: { none: 'the door did what it is there for' },
    why: 'S41: the event is written down, with the number of the card',
  },
  'chiller-high-pressure': {
    alarms: ['high chiller-high-pressure chiller-1/high-pressure'],
    children: ['chiller-fault', 'condenser-pressure-high'],
    runbooks: ['chiller-trip'],
    // Opened by the warning as a general one; the trip made it urgent, and it stayed one order.
    orders: ['urgent condenser-pressure-high chiller-1/condenser-pressure'],
    why: 'S21: abnormal: measures; serious: report and call the maintenance firm',
  },
  'clock-jump': {
    alarms: ['low clock-wrong clock-b1/synchronised'],
    runbooks: noBook('a clock'),
    orders: ['general clock-wrong clock-b1/synchronised'],
    why: 'S49: the room of weak current is kept working; nothing is in danger, so an ordinary repair',
  },
  'detector-pre-alarm': {
    alarms: ['medium fire-pre-alarm fire-panel/smoke-elv-room'],
    runbooks: { none: 'the runbook of a fire opens with a fire alarm; here somebody goes and looks' },
    orders: ['urgent fire-pre-alarm fire-panel/smoke-elv-room'],
    why: 'S31, P-07: somebody is there within 15 min [N01], before it is a fire',
  },
  'device-garbage': {
    ...mute,
    alarms: ['low meter-no-reading em-b1-01/energy-import'],
    forS: 350,
  },
  'device-late': {
    alarms: [],
    runbooks: noBook('one late answer'),
    orders: { none: 'nothing is broken' },
    why: 'one bad reading neither raises nor clears anything',
  },
  'device-mute': mute,
  'device-slow': mute,
  'door-duress': {
    alarms: ['life door-duress door-fire-control-centre/duress'],
    runbooks: noBook('duress; the site writes its own'),
    orders: ['life door-duress door-fire-control-centre/duress'],
    why: 'S41; people-and-permits 1.1: silent on the spot, highest class, never deduplicated',
  },
  'door-forced': {
    alarms: ['high door-forced door-hv-room/forced'],
    children: ['door-held'],
    runbooks: noBook('an open door'),
    orders: ['urgent door-forced door-hv-room/forced'],
    why: 'S41, S48, P-23: nobody enters the high-voltage room without leave and escort',
  },
  'door-held': {
    alarms: ['medium door-held door-elv-room/held'],
    runbooks: noBook('an open door'),
    orders: ['general door-held door-elv-room/held'],
    why: 'S48: machine rooms are locked when empty; people-and-permits 1.1: held escalates to guard and order',
  },
  'external-outage': {
    alarms: ['high external-outage hv-incomer-1/live'],
    children: [
      ...['booster-b-pressure-low', 'distribution-room.undervoltage', 'hvac-pump-tripped', 'incomer-dead'],
      ...['on-generator', 'ups-on-battery'],
    ],
    runbooks: ['external-outage'],
    orders: ['urgent external-outage hv-incomer-1/live'],
    why: 'P-01, P-02, N05: external or internal is decided first; one outage, not sixty',
    chance: ['person-trapped', 'lift-bell', 'lift-fault'],
  },
  'gas-leak': {
    alarms: ['life gas-alarm gas-detector-2/status'],
    children: ['chiller-fault', 'gas-pressure-low', 'gas-valve-shut'],
    journal: ['gas-level gas-detector-2/concentration'],
    runbooks: ['gas-leak'],
    // The second when the leak is over and the direct-fired chiller still stands: somebody has to reset it.
    orders: ['life gas-alarm gas-detector-2/status', 'urgent chiller-fault chiller-2/fault'],
    why: 'P-05, S18, S21',
  },
  'gas-suppression-discharge': {
    alarms: [
      'high fire-alarm fire-panel/hv-room-alarm',
      'life fire-confirmed fire-panel/hv-room-confirmed',
      'life co2-pre-discharge co2-system/pre-discharge',
      'life co2-discharged co2-system/discharged',
    ],
    children: ['co2-pressure-low', ...fire],
    journal: ['fire-total fire-panel/fire'],
    runbooks: ['fire'],
    orders: [
      'urgent fire-alarm fire-panel/hv-room-alarm',
      'life fire-confirmed fire-panel/hv-room-confirmed',
      'life co2-discharged co2-system/discharged',
    ],
    why: 'P-06, S35: people leave before the gas comes, nobody enters after it',
  },
  'generator-fails-to-start': {
    alarms: [
      'high external-outage hv-incomer-1/live',
      'high lift-supply-lost feeder-lifts-a/live',
      'high lift-supply-lost feeder-lifts-b/live',
      'life fire-supply-lost feeder-fire-equipment/live',
      'high generator-failed generator-1/alarm-code',
    ],
    children: [
      ...['booster-b-pressure-low', 'distribution-room.undervoltage', 'emergency-lighting-supply', 'fire-zone-fault'],
      ...['hvac-pump-tripped', 'incomer-dead', 'standby-not-ready', 'sumps.no-power', 'ups-on-battery'],
    ],
    runbooks: ['external-outage'],
    orders: [
      'urgent external-outage hv-incomer-1/live',
      'urgent lift-supply-lost feeder-lifts-a/live',
      'urgent lift-supply-lost feeder-lifts-b/live',
      'life fire-supply-lost feeder-fire-equipment/live',
      'urgent generator-failed generator-1/alarm-code',
    ],
    why: 'P-02; P-06 6, M09: fire equipment stays supplied; lifts without supply: is anybody trapped? [P-02 2]',
    chance: ['person-trapped', 'lift-bell', 'lift-fault'],
  },
  'help-call': {
    alarms: ['life help-call help-calls/call-a-1202'],
    runbooks: noBook('a call for help: the screen shows who calls [S46]'),
    orders: ['life help-call help-calls/call-a-1202'],
    why: 'B7, S46, M20, M53: with building, floor and unit',
  },
  'help-called': {
    alarms: ['life help-called help-car-park-b2/call'],
    runbooks: noBook('a call for help: the screen shows where from [S46]'),
    orders: ['life help-called help-car-park-b2/call'],
    why: 'B7, S46, M20',
  },
  'internal-fault': {
    alarms: ['high feeder-tripped feeder-shops/tripped'],
    runbooks: ['internal-fault'],
    orders: ['urgent feeder-tripped feeder-shops/tripped'],
    why: 'P-01, P-03, N05',
  },
  'lift-trapped': {
    alarms: ['life person-trapped lift-a-2/person-trapped', 'life lift-bell lift-a-2/alarm-bell'],
    children: ['lift-fault'],
    runbooks: ['lift-trapped'],
    orders: ['life person-trapped lift-a-2/person-trapped'],
    why: 'S27, S28, M07: highest priority with runbook; somebody goes at once; one order, the fault is part of it',
  },
  'meter-exchange': {
    alarms: ['low meter-index-fell em-a-1201/energy-import'],
    runbooks: noBook('a meter'),
    orders: ['general meter-index-fell em-a-1201/energy-import'],
    why: 'F29, P-18, P-19: an exchange that nobody entered cannot be billed; somebody looks',
  },
  'meter-rollover': {
    alarms: [],
    journal: ['meter-rolled-over em-kiosk-1/energy-import'],
    runbooks: noBook('a meter'),
    orders: { none: 'the meter came to the end of its scale: arithmetic, and nothing to repair' },
    why: 'F29, P-18',
  },
  'meter-stuck': {
    alarms: [],
    runbooks: noBook('a meter'),
    orders: { none: 'a flat that uses no water for some hours is no fault; it shows after 7 days' },
    why: 'M02; people-and-permits 5.4: no use while occupied for more than 7 days is checked',
  },
  'mqtt-device-nonsense': {
    // Nonsense is no sign of life once it is overdue.
    alarms: ['low offline air-mall-l3/online'],
    runbooks: noBook('a sensor'),
    orders: { none: 'comfort is measured by others too; a person decides' },
    why: 'S23: zones are monitored continuously, so a sensor without a reading must be seen',
    forS: 250,
  },
  'mqtt-device-silent': {
    alarms: ['low offline air-mall-l2/online', 'low offline leak-hv-room/online'],
    runbooks: noBook('a sensor'),
    orders: { none: 'a battery is changed on the next round' },
    why: 'a silent sensor is seen, and nothing stays at its old value',
  },
  'one-incomer-lost': {
    alarms: ['high incomer-dead hv-incomer-1/live'],
    children: ['distribution-room.undervoltage', 'tie-closed'],
    runbooks: ['external-outage'],
    orders: ['urgent incomer-dead hv-incomer-1/live'],
    why: 'P-01, P-02 1: the substation is asked for reason and end, though nobody is without power',
  },
  'patrol-late': round('a round begins late'),
  'patrol-missed': round('a checkpoint is missed'),
  'patrol-too-fast': round('nobody walks that fast'),
  'perimeter-intrusion': {
    alarms: [
      'high perimeter security-contacts/perimeter-3',
      'high perimeter security-contacts/perimeter-4',
      'high intrusion security-contacts/intrusion-hv-room',
    ],
    runbooks: noBook('intrusion; the site writes its own'),
    orders: ['urgent perimeter security-contacts/perimeter-3'],
    why: 'S39, M20, P-22: somebody is there within 15 min; one intruder is one order, counted three times',
  },
  'pump-trip-standby-fails': {
    alarms: [
      'high pump-tripped booster-tower-b/pump1-tripped',
      'high pump-tripped booster-tower-b/pump2-tripped',
      'high pump-tripped booster-tower-b/pump3-tripped',
      'high booster-b-pressure-low booster-tower-b/outlet-pressure',
      'medium standby-not-ready booster-tower-b/standby-ready',
    ],
    runbooks: ['water-failure'],
    orders: ['urgent pump-tripped booster-tower-b/pump1-tripped'],
    why: 'P-04, N05, S12: a tower without water; one set of pumps, one order',
  },
  'pump-trip': {
    alarms: ['high pump-tripped booster-b1/pump1-tripped'],
    runbooks: { none: 'the standby pump holds the pressure: nobody is without water' },
    orders: ['urgent pump-tripped booster-b1/pump1-tripped'],
    why: 'S12, N05',
  },
  'room-over-40': {
    alarms: ['low fan-fault vent-distribution/fault', 'low room-hot room-b1/temperature'],
    runbooks: ['over-temperature'],
    orders: ['general fan-fault vent-distribution/fault', 'general room-hot room-b1/temperature'],
    why: 'S02, N22, test 3 of the requirements: advisory, not a trip; the fan is one repair, the heat another task',
  },
  'sump-flood': {
    alarms: ['high sump-high sump-pit-1/high-float'],
    children: ['sump-overflows', 'sumps.level'],
    runbooks: { none: 'no pipe has burst: there is no valve to close, and the manuals have nothing for rain' },
    orders: ['urgent sump-high sump-pit-1/high-float'],
    why: 'S16, N05',
  },
  'tank-lid-open': {
    alarms: ['high tank-lid-open tank-b1/lid1-open'],
    runbooks: noBook('a lid'),
    orders: ['urgent tank-lid-open tank-b1/lid1-open'],
    why: 'S13, M05: lids are locked; one that is open counts as intrusion',
  },
  'transformer-overload': {
    alarms: [
      'medium transformer-overload transformer-1/load',
      'high transformer-alarm transformer-1/alarm',
      'high incomer-tripped hv-incomer-1/tripped',
    ],
    children: [
      'distribution-room.undervoltage',
      'supply-and-transformers.overtemperature',
      'tie-closed',
      'transformer-warm',
    ],
    runbooks: ['internal-fault'],
    orders: ['urgent transformer-overload transformer-1/load', 'urgent incomer-tripped hv-incomer-1/tripped'],
    why: 'S01: overloading is forbidden; P-03 once the breaker has tripped',
  },
  'two-detector-fire': {
    // The panel of the tower says by itself what it prints: it is never only the consequence of what another panel says.
    alarms: [
      'high fire-alarm fire-panel/a-12-alarm',
      'high fire-printed fire-printer-a/a-12-alarms',
      'life fire-confirmed fire-panel/a-12-confirmed',
    ],
    children: fire,
    journal: ['fire-total fire-panel/fire'],
    runbooks: ['fire'],
    orders: ['urgent fire-alarm fire-panel/a-12-alarm', 'life fire-confirmed fire-panel/a-12-confirmed'],
    why: 'P-06, S30; people-and-permits 6.1: one detector is to be checked, two confirm',
  },
}

/** How soon somebody is there, min, and how soon it works, h [requirements N01-N04; lifts: people-and-permits 6.4]. */
export const dueBy = {
  life: { arriveMin: 15, restoreH: 1 },
  urgent: { arriveMin: 15, restoreH: 6 },
  general: { arriveMin: 30, restoreH: 24 },
} as const
