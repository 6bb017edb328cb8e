"""What people read: text now, documents later."""
