"""`bench --site … vsv-demo-data`: the made-up school of `make demo` on a site, to try everything on, and its removal.

made      what the command made, so that just this can go again
people    the school's records before its first check-in: users, learners, groups, badges, bell schedule
care      what people do about signals: talks, concerns, plans, partners, referrals, messages
make      all of it in order, with eight weeks of attendance between
remove    everything that was made, what hangs on it, and nothing else
"""
