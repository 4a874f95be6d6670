"""Durable messages to other systems (待发消息): written with what happened, relayed until they are there, once in effect."""
