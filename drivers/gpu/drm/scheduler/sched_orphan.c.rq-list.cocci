// SPDX-License-Identifier: MIT
//
// Only the list has all entities: with round robin nothing is in the tree, and idle ones stay in it.

@take@
identifier entity, rb, rq;
iterator name list_for_each_entry;
@@
 struct drm_sched_entity *drm_sched_entity_take(struct drm_sched_rq *rq)
 {
-	struct drm_sched_entity *entity = NULL;
-	struct rb_node *rb;
+	struct drm_sched_entity *entity;
+	struct drm_sched_entity *found = NULL;

	spin_lock(&rq->lock);
-	rb = rb_first_cached(&rq->rb_tree_root);
-	if (rb) {
-		...
-	}
+	list_for_each_entry(entity, &rq->entities, list) {
+		if (!spsc_queue_count(&entity->job_queue))
+			continue;
+
+		/* Those before it need not be looked at again. */
+		list_rotate_to_front(&entity->list, &rq->entities);
+		if (!RB_EMPTY_NODE(&entity->rb_tree_node)) {
+			rb_erase_cached(&entity->rb_tree_node, &rq->rb_tree_root);
+			RB_CLEAR_NODE(&entity->rb_tree_node);
+		}
+		reinit_completion(&entity->entity_idle);
+		found = entity;
+		break;
+	}
	spin_unlock(&rq->lock);
-	return entity;
+	return found;
 }
