"""How a gate is measured; judging the measurement is the engine's business."""
