/** The commented file that `youxu init` writes: a home with two piles, which works as it is. */
export const exampleSiteFile = (): string => `# Configuration of youxu. Check it with: youxu config check
# Every key is in docs/reference/config.md. Any single value outside the lists can also be set by a
# variable (YOUXU_SERVER_PORT=9000), and host and port by flags of serve; units stand in the names.

server:
  host: 127.0.0.1 # 0.0.0.0 lets stations of your network connect
  port: 8180

store:
  path: youxu.db # transactions, plans and events, beside this file

sites:
  - id: home
    name: My home
    timeZone: Asia/Shanghai # IANA name, e.g. Europe/Berlin
    currency: CNY

    # The supply: one root (the grid connection); panels and feeders under it name their parent.
    #
    # failsafe says how the limit is kept when messages are lost (docs/fail-safe.md):
    #   strict  for a fuse: holds whatever is lost. A pile may draw only what would be safe if the server
    #           vanished at once.
    #   graced  for a transformer, which bears an excess for a while: counts on the other piles to make room
    #           within graceSeconds (120), and so lets more charge.
    #   none    the limit stands in the plan alone.
    # In every mode a pile holds a daily default for when it has no plan: its minimum current (6 A) in
    # the hours in which all piles together leave three quarters of the free power unused, 0 A in the
    # others. So behind a small limit a car may get nothing until the server has planned it, and while
    # the server is off a car already planned follows its last plan to its end, a new one the default
    # only. \`youxu doctor\` tells the hours.
    nodes:
      - { id: home-grid, importLimitKw: 15, failsafe: strict }

    # Price of what is drawn; the tariff is below.
    tariff: home-tariff

    # The piles. The id is the last part of the URL that you type into the pile:
    #   ws://<this computer>:8180/ocpp/pile-1
    # Get URL and password with: youxu station add pile-1
    stations:
      - id: pile-1
        evses: [{ phases: 1, voltageV: 220, minA: 6, maxA: 32 }] # 7 kW
      - id: pile-2
        evses: [{ phases: 1, voltageV: 220, minA: 6, maxA: 16 }] # 3.5 kW

    # A pile that can give back: maxDischargeKw above, and what a kWh discharged costs the battery.
    # wearPerKwh: 0.3

    # What a driver wants who says nothing.
    defaults:
      departureTime: "07:30"
      energyNeedKwh: 20

    # What the house draws beside the cars: one value, 24 hourly or 96 quarter-hourly values.
    # Measurements posted to the API go before it.
    baseProfileKw:
      [0.4, 0.3, 0.3, 0.3, 0.3, 0.4, 0.8, 1.2, 1, 0.8, 0.8, 1, 1.2, 1, 0.8, 0.8, 1, 1.6, 2.4, 2.6, 2.4, 2, 1.2, 0.6]

# Prices by the local clock. Each month is in one season, each day type in one entry, and the periods
# cover the day. Replace these figures by those of your own contract.
tariffs:
  - id: home-tariff
    currency: CNY
    timeZone: Asia/Shanghai
    source: { document: "example figures, not a tariff", date: "2026" }
    seasons:
      - name: all year
        months: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]
        days:
          - dayTypes: [workday, weekend, holiday]
            periods:
              - { from: "22:00", to: "08:00", kind: valley, pricePerKwh: 0.39 }
              - { from: "08:00", to: "18:00", kind: flat, pricePerKwh: 0.56 }
              - { from: "18:00", to: "22:00", kind: peak, pricePerKwh: 0.89 }

# Market prices paid for what is given back (sites name a table as sellPrice).
# prices:
#   - { id: spot, file: prices.csv, unit: per-MWh }

planning:
  horizonHours: 24
  gatherSeconds: 2
  solver: structured
`;
