"""示例数据: a whole year of an office that does not exist, told by its own real-looking files, so that whoever tries
the product meets every state on real pages.

`actions.load_sample` plays it through the house's own actions, each on its simulated day (`clock`). What happens is
decided by pure functions of the calendar and the organization (`script`), what it is called by `texts`: the same day
gives the same ledger.
"""
