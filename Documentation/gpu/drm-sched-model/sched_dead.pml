/* SPDX-License-Identifier: MIT */
/* sched_dead.c */
inline rq_fini(s)
{
	atomic { !rq[s].lock -> rq[s].lock = true };
	do
	:: atomic {
		cur < NE && SCHED(cur) == s && entity[cur].on_list ->
		use_entity(cur);
		entity[cur].on_list = false
	   };
		atomic {
			use_entity(cur);
			entity[cur].in_tree = false;
			sched[s].score--;
			cur++
		}
	:: atomic { cur < NE && !(SCHED(cur) == s && entity[cur].on_list) -> cur++ }
	:: atomic {
		cur == NE ->
		cur = 0;
		IF !broken(rq_not_redirected) -> rq[s].sched = DEAD FI;
		rq[s].lock = false;
		rq[s].ref = (broken(rq_not_counted) -> 0 : rq[s].ref - 1);
		break
	   }
	od
}

/* @to: the scheduler */
inline flush_begin(e)
{
	atomic { use_entity(e); use_rq(SCHED(e)); rcu_read_lock(); to = rq[SCHED(e)].sched };
	atomic { use_sched(to); sched[to].flushers++; rcu_read_unlock() }
}

inline flush_end() { atomic { use_sched(to); sched[to].flushers--; to = 0 } }
