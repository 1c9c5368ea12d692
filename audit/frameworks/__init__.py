"""Published definitions of openness, each as ordered rules over facts."""
